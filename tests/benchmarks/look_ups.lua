-- Random places between the Rockies and the Appalachians; with a pause, the load stays at a rate.
math.randomseed(7)
local pause = tonumber(os.getenv("PAUSE_MS") or "0")
local paths = {}
for i = 1, 5000 do
  paths[i] = string.format("/api/lookup?lon=%.6f&lat=%.6f", -100 + 20 * math.random(), 32 + 13 * math.random())
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
