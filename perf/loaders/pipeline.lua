-- wrk sends sixteen requests at once, and counts sixteen responses.
local requests

init = function()
   requests = string.rep(wrk.format(), 16)
end

request = function()
   return requests
end
