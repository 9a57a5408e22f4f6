// To be imported before the server: what is measured is the release build, unless STONECHAT_BIN names another.

import path from "node:path"
import { fileURLToPath } from "node:url"

process.env.STONECHAT_BIN ??= path.join(fileURLToPath(new URL("..", import.meta.url)), "target/release/stonechat")
