// Sharing, files in and out.

import { boundsOf, show } from "./map.js";
import { formState, setForm, showUpload, slug, writeShapes } from "./form.js";
import { packed } from "./history.js";
import { whole } from "./numbers.js";
import { complain, field, form, one, refused, say, studio, tell, texts } from "./page.js";

one("share").addEventListener("click", async () => {
  const link = `${location.origin}/studio#d=${packed(formState())}`;
  try { await navigator.clipboard.writeText(link); one("files-said").textContent = texts.shared; } catch {
    const input = Object.assign(document.createElement("input"), { value: link, readOnly: true });
    input.setAttribute("aria-label", texts.share_here);
    one("files-said").replaceChildren(`${texts.share_here} `, input);
    input.select();
  }
});
function download(name, value) {
  const address = URL.createObjectURL(new Blob([JSON.stringify(value, null, 1)], { type: "application/json" }));
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  setTimeout(() => { URL.revokeObjectURL(address); }, 1000);
}
one("export").addEventListener("click", () => { download(`${slug() || "draft"}.json`, { geopolity: "draft", ...formState() }); });
one("export-result").addEventListener("click", () => {
  const { ground, result } = studio;
  if (result) download(`${slug() || "draft"}.geojson`, { type: "FeatureCollection", features: [{ type: "Feature", properties: { ...result.figures, title: field("title").value, units: [...result.members].map((unit) => ground?.units[unit].properties.u ?? unit) }, geometry: result.outline }] });
});
one("import").addEventListener("change", async ({ target }) => {
  try {
    const state = JSON.parse(await target.files[0].text());
    if (state.geopolity !== "draft") throw new Error("geopolity ≠ draft");
    setForm(state);
    tell("changed");
  } catch (error) { one("files-said").textContent = say("import_bad", { reason: error.message }); }
});
const file = document.getElementById("file");
const left = { layer_name: "file-layer", crs: "file-crs", encoding: "file-encoding" };
export async function sendFile() {
  if (!file.files.length) return;
  const body = new FormData();
  body.append("file", file.files[0]);
  for (const [name, id] of Object.entries(left)) {
    const said = document.getElementById(id).value.trim();
    if (said) body.append(name, said);
  }
  const sentence = document.querySelector("[data-file-said]");
  sentence.textContent = say("file_sent", { name: file.files[0].name });
  try {
    const answer = await fetch("/studio/upload", { method: "POST", body });
    const said = await answer.json();
    if (!answer.ok) throw answer.status === 401 ? new Error(texts.expired) : refused(answer, said);
    if (said.kind === "unplaced") {
      sentence.textContent = "";
      form.dispatchEvent(new CustomEvent("studio-unplaced", { detail: said }));
      return;
    }
    take(said, sentence);
  } catch (error) {
    sentence.textContent = "";
    complain(error);
  }
}
function take(said, sentence) {
  const isWhole = said.kind.startsWith("file");
  Object.entries({ upload: said.upload, upload_kind: said.kind, upload_name: said.name, upload_columns: said.columns.join("\n"), weight_column: "", value_low: "", value_high: "" }).forEach(([name, value]) => { field(name).value = value; });
  const shapes = isWhole ? [] : said.polygons?.map((rings) => rings[0].slice(0, -1)) ?? said.lines ?? said.points.map((point) => [point]);
  field("shapes").value = writeShapes(shapes);
  showUpload(said.values);
  sentence.textContent = isWhole ? say("file_whole", { name: said.name }) : say("file_done", { number: whole(shapes.length), name: said.name });
  tell("changed");
  if (shapes.length) show(boundsOf(shapes.flat()), { padding: 60, maxZoom: 8 });
}
for (const id of ["file-layer", "file-encoding"]) document.getElementById(id).addEventListener("change", sendFile);
