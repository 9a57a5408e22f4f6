import { parseRoute } from "../models/route.js"

/** What the address asks for. A token is for this page alone: neither the address bar nor the history keeps it. */
export function takeRoute() {
  const route = parseRoute(location.hash)
  if (route.token) history.replaceState(null, "", location.pathname + location.search)
  return route
}
