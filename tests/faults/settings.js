import path from "node:path"
import { parseArgs } from "node:util"
import { FAULTS } from "./faults/names.js"

const PLANTED = ["early-ack", "no-dedupe", "lost-broadcast", "swapped", "skipped-number", "lost-edit"]

const HELP = `Usage: tests/faults/run [--minutes 2] [--seed N] [--only kill,cut,...] [--planted NAME]

Starts the real server, lets people write, edit, delete and read over every transport, and injects faults
at random: see docs/faults.md. At each checkpoint everybody comes back and catches up, and a checker
compares what was acknowledged, what everybody sees, and the database.

  --minutes N       how long it runs (2 unless said); it ends with a last checkpoint
  --seed N          the same choices again; the timing of the operating system stays its own
  --only A,B        only these faults: ${FAULTS.join(", ")}
  --except A,B      all faults but these
  --checkpoint S    seconds between checkpoints (60, and 5 with --planted)
  --round M         minutes after which it goes on with a new data folder (10)
  --writers N       people who write (8)
  --readers N       people who read (12)
  --planted NAME    a server with a bug on purpose, from $STONECHAT_PLANTED_BIN; succeeds as soon as the
                    checker finds something, fails if it never does: ${PLANTED.join(", ")}
  --keep            keeps the data folder of the round that failed
  --help            this

The server is $STONECHAT_BIN, or is built. A full disk needs root, to mount a tmpfs; a clock that jumps
needs Debian's package "faketime". What cannot be done is said at the start, and left out.

Exit code 0 only if every rule held, and every fault that is switched on happened.`

/** What the command line asks for; prints help or a mistake, and ends the process then. */
export function parseSettings(args) {
  try {
    return parse(args)
  } catch (error) {
    console.error(`tests/faults/run: ${error.message}; --help tells more`)
    process.exit(2)
  }
}

function parse(args) {
  const text = { type: "string" }
  const options = {
    minutes: text, seed: text, only: text, except: text, checkpoint: text, round: text,
    writers: text, readers: text, planted: text, keep: { type: "boolean" }, help: { type: "boolean" },
  }
  const { values } = parseArgs({ args, options })
  if (values.help) {
    console.log(HELP)
    process.exit(0)
  }
  const { planted } = values
  if (planted !== undefined && !PLANTED.includes(planted)) throw new Error(`there is no planted bug ${planted}`)
  return {
    minutes: number(values, "minutes", 2),
    seed: number(values, "seed", Math.floor(Math.random() * 2 ** 31)),
    faults: chosenFaults(values),
    checkpointSeconds: number(values, "checkpoint", planted ? 5 : 60),
    roundMinutes: number(values, "round", 10),
    writers: number(values, "writers", 8),
    readers: number(values, "readers", 12),
    // A bug that needs two things at once is found sooner by people in a hurry.
    longestPauseMs: planted ? 40 : 200,
    planted,
    keep: values.keep ?? false,
    program: programFor(planted),
  }
}

function number(values, name, usual) {
  if (values[name] === undefined) return usual
  const number = Number(values[name])
  if (!(number >= 0)) throw new Error(`--${name} ${values[name]} is not a number`)
  return number
}

function chosenFaults({ only, except = "" }) {
  const named = (list) => list.split(",").filter(Boolean)
  for (const name of [...named(only ?? ""), ...named(except)]) {
    if (!FAULTS.includes(name)) throw new Error(`there is no fault ${name}`)
  }
  return (only === undefined ? FAULTS : named(only)).filter((fault) => !named(except).includes(fault))
}

function programFor(planted) {
  const variable = planted ? "STONECHAT_PLANTED_BIN" : "STONECHAT_BIN"
  const program = process.env[variable]
  if (!program) throw new Error(`${variable} does not say where the server is`)
  return path.resolve(program)
}
