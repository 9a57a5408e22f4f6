import assert from "node:assert/strict"
import { execFile } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import http from "node:http"
import https from "node:https"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import path from "node:path"
import { promisify } from "node:util"
import { Program } from "../clients/support/program.js"
import { ROOT } from "../clients/support/stonechat.js"
import { eventually } from "../clients/support/waiting.js"

const PAGE = path.join(ROOT, "docs/proxy.md")
const SNIPPET = /```nginx\n(.*?)```/s
const NGINX = process.env.NGINX_BIN ?? "/usr/sbin/nginx"

/** A real nginx with the configuration that the documentation recommends. */
export class Nginx {
  url
  #folder
  #program
  #log = []

  /**
   * @param {string} url of the server
   * @param {object} [options]
   * @param {[string, string][]} [options.changes] to the snippet, each of which has to be found in it
   * @param {boolean} [options.isSecure] speaks TLS, with a certificate of its own that nobody else trusts, and HTTP/2
   */
  static async before(url, { changes = [], isSecure = false } = {}) {
    const nginx = new Nginx()
    nginx.#folder = await mkdtemp(path.join(tmpdir(), "stonechat-nginx-"))
    const port = await freePort()
    nginx.url = `${isSecure ? "https" : "http"}://127.0.0.1:${port}`
    const { host } = new URL(url)
    const address = `127.0.0.1:${port}`
    const listen = isSecure ? `listen ${address} ssl http2; ssl_certificate cert.pem; ssl_certificate_key key.pem;` : `listen ${address};`
    const site = await snippet([["listen 80;", listen], ["127.0.0.1:8080", host], ...changes])
    await writeFile(path.join(nginx.#folder, "nginx.conf"), nginx.#around(site))
    if (isSecure) await certify(nginx.#folder)
    nginx.#program = Program.start(NGINX, ["-p", nginx.#folder, "-e", "stderr", "-c", "nginx.conf"], { log: nginx.#log })
    await eventually(() => answersAt(nginx.url))
    return nginx
  }

  get log() {
    return this.#log.join("\n")
  }

  async remove() {
    await this.#program.end("SIGTERM")
    await rm(this.#folder, { recursive: true, force: true })
  }

  // Internal

  /** What a distribution has around a site, without the paths of the machine. */
  #around(site) {
    const folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    return `
      daemon off;
      master_process off;
      pid nginx.pid;
      error_log stderr;
      events {}
      http {
        access_log off;
        ${folders.map((name) => `${name}_temp_path ${name};`).join("\n")}
        ${site}
      }
    `
  }
}

async function snippet(changes) {
  const [, site] = SNIPPET.exec(await readFile(PAGE, "utf8"))
  return changes.reduce((text, [from, to]) => {
    assert.ok(text.includes(from), `"${from}" is not in the snippet`)
    return text.replace(from, to)
  }, site)
}

async function certify(folder) {
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
  const files = ["-keyout", "key.pem", "-out", "cert.pem"]
  await promisify(execFile)("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...subject, ...files], { cwd: folder })
}

async function answersAt(url) {
  const { get } = url.startsWith("https:") ? https : http
  const [answer] = await once(get(`${url}/health`, { rejectUnauthorized: false }), "response")
  answer.resume()
  assert.equal(answer.statusCode, 200)
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address()
  server.close()
  await once(server, "close")
  return port
}
