/** Asks the server over HTTP, as a program does. */
export async function ask(url, where, body, { token, method = "POST" } = {}) {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) }
  const response = await fetch(`${url}/api/v1${where}`, { method, headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${method} ${where}: ${await response.text()}`)
  return response.json()
}

/** With which a program is signed in as somebody. */
export async function tokenOf(url, { name, password }) {
  return (await ask(url, "/session", { name, password, cookie: false })).token
}
