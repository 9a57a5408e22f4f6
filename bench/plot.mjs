#!/usr/bin/env node
// Draws a column of what `measure -- fanout --csv FILE` or `measure -- connecting --csv FILE` wrote, against the
// number of clients, with a line for each server:
//
//   node bench/plot.mjs fanout.csv "CPU us/delivery" way=flood > docs/fanout.svg
//
// Both axes are logarithmic: what is the same for any number of clients is level, what grows with them rises by one
// for one, and what grows with their square by two for one.
import { readFileSync } from "node:fs";

const SIZE = { width: 760, height: 420 };
const PLOT = { left: 70, top: 64, right: 630, bottom: 366 };
const LABEL_HEIGHT = 18;
const STEPS = [1, 2, 5];

// Colours that stay apart for those who see few of them, on paper and at night.
const STYLE = `<style>
  svg { --paper: #ffffff; --ink: #24292f; --grid: #d8dee4; }
  .series-0 { color: #0969da; } .series-1 { color: #57606a; } .series-2 { color: #bc4c00; } .series-3 { color: #1a7f37; }
  @media (prefers-color-scheme: dark) {
    svg { --paper: #0d1117; --ink: #e6edf3; --grid: #30363d; }
    .series-0 { color: #58a6ff; } .series-1 { color: #9da7b3; } .series-2 { color: #f0883e; } .series-3 { color: #56d364; }
  }
  text { font: 13px system-ui, sans-serif; fill: var(--ink); }
  .title { font-size: 16px; font-weight: 600; }
  .paper { fill: var(--paper); }
  .grid { stroke: var(--grid); }
  g path { fill: none; stroke: currentColor; stroke-width: 2; }
  g circle, g text { fill: currentColor; }
</style>`;

const [file, column, ...conditions] = process.argv.slice(2);
if (!column) {
  console.error("usage: plot.mjs FILE.csv COLUMN [NAME=VALUE ...]");
  process.exit(1);
}
const series = read(file, column, conditions);
process.stdout.write(draw(series, column, conditions));

/** For each server the median of each number of clients. */
function read(file, column, conditions) {
  const [head, ...lines] = readFileSync(file, "utf8").trim().split("\n").map((line) => line.split(","));
  if (!head.includes(column)) throw new Error(`${file} has no "${column}", but: ${head.join(", ")}`);
  const rows = lines.map((cells) => Object.fromEntries(head.map((name, place) => [name, cells[place]])));
  const wanted = conditions.map((condition) => condition.split("="));
  const points = groupBy(
    rows.filter((row) => row[column] !== "" && wanted.every(([name, value]) => row[name] === value)),
    (row) => row.peer,
  );
  return [...points].map(([name, rows]) => {
    const rounds = groupBy(rows, (row) => Number(row.clients));
    const medians = [...rounds].map(([clients, rows]) => [clients, median(rows.map((row) => Number(row[column])))]);
    return { name, points: medians.sort(([a], [b]) => a - b) };
  });
}

function groupBy(rows, key) {
  const groups = new Map();
  for (const row of rows) {
    groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  }
  return groups;
}

function median(figures) {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function draw(series, column, conditions) {
  const points = series.flatMap(({ points }) => points);
  if (points.length === 0) throw new Error("nothing is left to draw");
  const clients = [...new Set(points.map(([clients]) => clients))].sort((a, b) => a - b);
  const marks = marksAround(points.map(([, value]) => value));
  const x = scale(clients, PLOT.left + 20, PLOT.right - 20);
  const y = scale(marks, PLOT.bottom, PLOT.top);
  const labels = labelPlaces(series.map(({ points }) => y(points.at(-1)[1])));
  const title = [column.replace("us/", "µs/"), ...conditions].join(", ");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img">
<title>${escape(title)} against the number of clients</title>
${STYLE}
<rect class="paper" width="${SIZE.width}" height="${SIZE.height}"/>
<text class="title" x="${PLOT.left}" y="30">${escape(title)}</text>
<text x="${PLOT.left}" y="50">against the number of clients; both logarithmic</text>
${marks.map((mark) => gridLine(mark, y(mark))).join("\n")}
${clients.map((count) => text(x(count), PLOT.bottom + 22, count.toLocaleString("en"), "middle")).join("\n")}
${series.map((one, number) => line(one, number, x, y, labels[number])).join("\n")}
</svg>
`;
}

/** The marks of an axis, from the last one below all values to the first one above them. */
function marksAround(values) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const marks = [];
  for (let power = Math.floor(Math.log10(least)); power <= Math.ceil(Math.log10(most)); power++) {
    marks.push(...STEPS.map((step) => Number(`${step}e${power}`)));
  }
  const first = marks.findLastIndex((mark) => mark <= least);
  const last = marks.findIndex((mark) => mark >= most);
  return marks.slice(first, Math.max(last, first + 1) + 1);
}

/** Where a value is between two places, the first of which has the least value, and the second the largest. */
function scale(values, from, to) {
  const [least, most] = [Math.log(values[0]), Math.log(values.at(-1))];
  return (value) => from + ((Math.log(value) - least) / (most - least || 1)) * (to - from);
}

/** Moves labels apart that would be on each other. */
function labelPlaces(places) {
  const order = places.map((_, number) => number).sort((a, b) => places[a] - places[b]);
  const moved = [...places];
  order.slice(1).forEach((number, before) => {
    moved[number] = Math.max(moved[number], moved[order[before]] + LABEL_HEIGHT);
  });
  return moved;
}

function gridLine(mark, y) {
  return `<path class="grid" d="M${PLOT.left} ${y.toFixed(1)}H${PLOT.right}"/>${text(PLOT.left - 8, y + 4, mark, "end")}`;
}

function line({ name, points }, number, x, y, label) {
  const places = points.map(([clients, value]) => [x(clients), y(value)].map((place) => place.toFixed(1)));
  const dots = places.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="4"/>`).join("");
  const path = `<path d="M${places.map((place) => place.join(" ")).join("L")}"/>`;
  return `<g class="series-${number}">${path}${dots}${text(PLOT.right + 4, label + 4, name, "start")}</g>`;
}

function text(x, y, value, anchor) {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escape(String(value))}</text>`;
}

function escape(value) {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
