-- Random places between the Rockies and the Appalachians; with a pause, the load stays at a rate.
math.randomseed(7)
local pause = tonumber(os.getenv("PAUSE_MS") or "0")
local path = os.getenv("BARE_PATH") or ""
if path == "" then path = "/api/lookup" end
local paths = {}
for i = 1, 5000 do
  paths[i] = string.format("%s?lon=%.6f&lat=%.6f", path, -100 + 20 * math.random(), 32 + 13 * math.random())
end
local n = 0
request = function()
  n = n % #paths + 1
  return wrk.format("GET", paths[n])
end
if pause > 0 then
  delay = function()
    return math.floor(-math.log(1 - math.random()) * pause)
  end
end
