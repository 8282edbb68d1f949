-- wrk: sends the prepared requests of a file, one after the other (path, tab, body, record separator).
local requests, at = {}, 0

function init(args)
  local file = io.open(args[1])
  for path, body in file:read("*a"):gmatch("([^\t\30]+)\t([^\30]*)\30") do
    requests[#requests + 1] = wrk.format("POST", path, { ["Content-Type"] = "text/xml", ["Host"] = "127.0.0.1" }, body)
  end
  file:close()
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
