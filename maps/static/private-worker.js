// Keeps the private look-up on the device: its files come from the cache, with or without a network.
// A first line, written with the page, says `const KEPT = { name, files };`

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT.name).then((cache) => cache.addAll(KEPT.files)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const stale = (keys) => keys.filter((key) => key.startsWith("private-") && key !== KEPT.name);
  event.waitUntil(caches.keys().then((keys) => Promise.all(stale(keys).map((key) => caches.delete(key)))).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  event.respondWith(caches.match(event.request, { ignoreSearch: true }).then((kept) => kept ?? fetch(event.request)));
});
