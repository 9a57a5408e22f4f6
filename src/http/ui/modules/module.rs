//! One module of the page, as far as it has to be understood to become a function: what it imports, loads and
//! exports. The page's modules all say that in the same few ways, each at the beginning of a line; what could
//! be said in another way is refused, rather than taken for something else.

/// How a module asks for another one when it needs it.
const LOADING: &str = "import(";

/// A module whose imports are variables, and whose exports are an object.
pub struct Module {
    pub body: String,
    /// By their names, as all the others.
    pub imports: Vec<String>,
    /// What is loaded later.
    pub loads: Vec<String>,
    pub vendored: Vec<String>,
    /// As an object has them.
    pub exports: Vec<String>,
}

impl Module {
    pub fn parse(name: &str, text: &str) -> Result<Self, String> {
        let mut module = Self {
            body: String::new(),
            imports: Vec::new(),
            loads: Vec::new(),
            vendored: Vec::new(),
            exports: Vec::new(),
        };
        let mut lines = Lines(text.strip_prefix('\u{feff}').unwrap_or(text).lines());
        while let Some(mut line) = lines.next() {
            if line.starts_with("import ") {
                while !line.ends_with('"') {
                    line += " ";
                    line += lines.next().ok_or("an import has no end")?.trim();
                }
                module.import(name, &line)?;
            } else if let Some(exported) = line.strip_prefix("export ") {
                module.export(name, exported)?;
            } else {
                module.keep(name, &line)?;
            }
        }
        Ok(module)
    }

    /// `import { a, b as c } from "./other.js"`
    fn import(&mut self, name: &str, line: &str) -> Result<(), String> {
        let parts = line.strip_prefix("import { ").and_then(|rest| rest.split_once(" } from \""));
        let parts = parts.and_then(|(names, path)| Some((names, path.strip_suffix('"')?)));
        let (names, path) = parts.ok_or_else(|| unknown(name, line))?;
        let from = resolve(name, path).ok_or_else(|| unknown(name, line))?;
        let names = names.trim_end_matches(',').replace(" as ", ": ");
        self.body.extend(["const { ", &names, " } = $use(\"", &from, "\")\n"]);
        let is_vendored = from.starts_with("vendor/");
        if is_vendored { &mut self.vendored } else { &mut self.imports }.push(from);
        Ok(())
    }

    /// `export class A …`, and its like; `export {}` says only that it is a module.
    fn export(&mut self, name: &str, exported: &str) -> Result<(), String> {
        if exported == "{}" {
            return Ok(());
        }
        let refused = || unknown(name, &format!("export {exported}"));
        let kinds = ["function ", "async function ", "class ", "const "];
        let rest = kinds.iter().find_map(|kind| exported.strip_prefix(kind)).ok_or_else(refused)?;
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (exports, behind) = rest.split_at(end);
        let is_whole = behind.is_empty() || behind.starts_with([' ', '(']);
        if exports.is_empty() || !is_whole || declares_more(exported) {
            return Err(refused());
        }
        self.exports.push(exports.to_owned());
        self.keep(name, exported)
    }

    /// Any other line, in which something may be loaded: `import("./other.js")`, but not in a type.
    fn keep(&mut self, name: &str, line: &str) -> Result<(), String> {
        let refused = || unknown(name, line);
        if is_unclear(line) || (name != super::MAIN && waits_at_its_top(line)) {
            return Err(refused());
        }
        let mut kept = 0;
        for (at, _) in line.match_indices(LOADING) {
            if ends_in_comment(&line[..at]) {
                continue;
            }
            let rest = line[at + LOADING.len()..].strip_prefix('"').ok_or_else(refused)?;
            let (path, behind) = rest.split_once("\")").ok_or_else(refused)?;
            let loaded = resolve(name, path).ok_or_else(refused)?;
            self.body.extend([&line[kept..at], "$load(\"", &loaded, "\")"]);
            self.loads.push(loaded);
            kept = line.len() - behind.len();
        }
        self.body.extend([&line[kept..], "\n"]);
        Ok(())
    }
}

/// `const a = 1, b = 2`, of which more would have to be exported than the first.
fn declares_more(exported: &str) -> bool {
    exported.starts_with("const ")
        && exported.split(", ").skip(1).any(|part| {
            part.split_once(" = ").is_some_and(|(name, _)| {
                name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$')
            })
        })
}

/// What cannot be told apart line by line: imports and exports in other forms, and what goes on behind the line.
fn is_unclear(line: &str) -> bool {
    let start = line.trim_start();
    let says = |word: &str| {
        start.strip_prefix(word).is_some_and(|rest| rest.starts_with([' ', '{', '*', '"', '\'']))
    };
    says("import")
        || says("export")
        || line.contains("import.meta")
        || line.matches('`').count() % 2 == 1
        || ends_in_comment(line)
}

/// A module that is a function cannot wait before it is there.
fn waits_at_its_top(line: &str) -> bool {
    let before = line.split_once("await ").map(|(before, _)| before);
    before.is_some_and(|before| !before.starts_with([' ', '\t']) && !before.contains("async "))
}

fn ends_in_comment(text: &str) -> bool {
    text.rfind("/*") > text.rfind("*/")
}

/// The name of what a module calls by a path from itself.
fn resolve(from: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.strip_prefix("./").or(path.starts_with("../").then_some(path))?.split('/') {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.join("/"))
}

fn unknown(name: &str, line: &str) -> String {
    format!("{name} has \"{line}\", which cannot be put together")
}

/// The lines that say something to a machine: without comments that begin a line, and empty ones.
struct Lines<'a>(std::str::Lines<'a>);

impl Iterator for Lines<'_> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        loop {
            let mut line = self.0.next()?;
            if line.trim_start().starts_with("/*") {
                while !line.contains("*/") {
                    line = self.0.next()?;
                }
                // A type may stand before an expression.
                line = line.split_once("*/").map_or("", |(_, rest)| rest);
            }
            if !line.trim().is_empty() && !line.trim_start().starts_with("//") {
                return Some(line.to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> String {
        Module::parse("views/a.js", text).expect("it is understood").body
    }

    #[test]
    fn an_import_of_many_lines_is_one() {
        let text = "import {\n  a, b as c,\n  d,\n} from \"../models/x.js\"\n";
        assert_eq!(body(text), "const { a, b: c, d } = $use(\"models/x.js\")\n");
    }

    #[test]
    fn what_is_exported_is_what_the_function_answers() {
        let text = "export const A = 1\nexport class B extends C {\nexport async function d() {\n\
                    export function e(f) {\nexport {}\n";
        let module = Module::parse("a.js", text).expect("it is understood");
        assert_eq!(module.exports, ["A", "B", "d", "e"]);
        assert!(module.body.starts_with("const A = 1\nclass B extends C {\nasync function d() {"));
    }

    #[test]
    fn comments_stay_at_home_and_types_import_nothing() {
        let text = "/**\n * import(\"./b.js\")\n */\nrun() // now\n  // later\n\
                    /** @type {A} */ (b).c()\nconst d = /** @type {import(\"./e.js\").E} */ (f)\n";
        let module = Module::parse("a.js", text).expect("it is understood");
        let rest = "run() // now\n (b).c()\nconst d = /** @type {import(\"./e.js\").E} */ (f)\n";
        assert_eq!(module.body, rest);
        assert!(module.loads.is_empty());
    }

    #[test]
    fn what_is_loaded_may_be_awaited_in_each_way() {
        let text = "const a = () => import(\"./b.js\").then((b) => import(\"../c.js\"))\n";
        let module = Module::parse("views/a.js", text).expect("it is understood");
        let rest = "const a = () => $load(\"views/b.js\").then((b) => $load(\"c.js\"))\n";
        assert_eq!(module.body, rest);
        assert_eq!(module.loads, ["views/b.js", "c.js"]);
    }

    #[test]
    fn what_could_mean_something_else_is_refused() {
        for line in [
            "export const { a, b } = c",
            "export const [a] = c",
            "export const $a = 1",
            "export class Größe {",
            "export const a = 1, b = 2",
            "export { a }",
            "export{ a }",
            "export * from \"./b.js\"",
            "  import { a } from \"./b.js\"",
            "import{ a } from \"./b.js\"",
            "import \"./b.js\"",
            "const a = import('./b.js')",
            "const a = import(b)",
            "const a = import.meta.url",
            "const a = await b()",
            "await b()",
            "const a = `first",
            "run() /* and",
        ] {
            let text = format!("{line}\n");
            assert!(Module::parse("views/a.js", &text).is_err(), "{line} is taken for something");
        }
    }

    #[test]
    fn only_the_main_module_waits_at_its_top() {
        assert!(Module::parse("main.js", "await b()\n").is_ok());
        assert!(Module::parse("a.js", "async function a() {\n  await b()\n}\n").is_ok());
        assert!(Module::parse("a.js", "const a = async () => await b()\n").is_ok());
    }

    #[test]
    fn a_mark_of_the_order_of_bytes_is_no_part_of_it() {
        assert_eq!(
            body("\u{feff}import { a } from \"./b.js\"\n"),
            "const { a } = $use(\"views/b.js\")\n"
        );
    }

    #[test]
    fn a_path_leads_from_the_module_that_has_it() {
        assert_eq!(resolve("views/admin/a.js", "../b.js").as_deref(), Some("views/b.js"));
        assert_eq!(resolve("views/a.js", "./you/b.js").as_deref(), Some("views/you/b.js"));
        assert_eq!(resolve("a.js", "../b.js"), None);
        assert_eq!(resolve("a.js", "b.js"), None);
    }
}
