-- wrk: sends the prepared requests of a file, one after the other (path, tab, body, record separator). A third field is a
-- cookie: then the request is a page's, in JSON. Without a body it is a GET. A second argument: milliseconds each connection
-- waits before a request.
local requests, at = {}, 0

local function headers(cookie)
  if cookie == "" then return { ["Content-Type"] = "text/xml", ["Host"] = "127.0.0.1" } end
  local json = "application/json"
  return { ["Content-Type"] = json, ["Accept"] = json, ["Host"] = "127.0.0.1", ["Cookie"] = cookie }
end

function init(args)
  local file = io.open(args[1])
  for path, body, cookie in file:read("*a"):gmatch("([^\t\30]+)\t([^\t\30]*)\t?([^\30]*)\30") do
    requests[#requests + 1] = wrk.format(body == "" and "GET" or "POST", path, headers(cookie), body)
  end
  file:close()
  local pause = tonumber(args[2])
  if pause > 0 then delay = function() return pause end end
end

function request()
  at = at + 1
  if at > #requests then at = 1 end
  return requests[at]
end

function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d %.0f %.0f %.0f\n", summary.requests, summary.duration,
    summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99), latency.max))
end
