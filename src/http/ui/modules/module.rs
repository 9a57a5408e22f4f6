//! One module of the page, as far as it has to be understood to become a function: what it imports, loads and
//! exports. The page's modules all say that in the same few ways, each at the beginning of a line.

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
        let mut lines = Lines(text.lines());
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
        let made = if from.starts_with("vendor/") {
            let variable = variable_of(&from);
            self.vendored.push(from);
            variable
        } else {
            let made = format!("$use(\"{from}\")");
            self.imports.push(from);
            made
        };
        self.body.extend(["const { ", &names, " } = ", &made, "\n"]);
        Ok(())
    }

    /// `export class A …`, and its like; `export {}` says only that it is a module.
    fn export(&mut self, name: &str, exported: &str) -> Result<(), String> {
        if exported == "{}" {
            return Ok(());
        }
        let kinds = ["function ", "async function ", "class ", "const "];
        let rest = kinds.iter().find_map(|kind| exported.strip_prefix(kind));
        let rest = rest.ok_or_else(|| unknown(name, &format!("export {exported}")))?;
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        self.exports.push(rest[..end.unwrap_or(rest.len())].to_owned());
        self.keep(name, exported)
    }

    /// Any other line, in which something may be loaded: `import("./other.js")`, but not in a type.
    fn keep(&mut self, name: &str, line: &str) -> Result<(), String> {
        let mut rest = line;
        while let Some((before, after)) = rest.split_once("import(\"") {
            let (path, behind) = after.split_once("\")").ok_or_else(|| unknown(name, line))?;
            self.body += before;
            if behind.starts_with('.') {
                self.body.extend(["import(\"", path, "\")"]);
            } else {
                let loaded = resolve(name, path).ok_or_else(|| unknown(name, line))?;
                self.body.extend(["$load(\"", &loaded, "\")"]);
                self.loads.push(loaded);
            }
            rest = behind;
        }
        self.body += rest;
        self.body += "\n";
        Ok(())
    }
}

/// What a vendored module is called where it was imported.
pub fn variable_of(path: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    format!("${}", path.chars().map(plain).collect::<String>())
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
    fn a_path_leads_from_the_module_that_has_it() {
        assert_eq!(resolve("views/admin/a.js", "../b.js").as_deref(), Some("views/b.js"));
        assert_eq!(resolve("views/a.js", "./you/b.js").as_deref(), Some("views/you/b.js"));
        assert_eq!(resolve("a.js", "../b.js"), None);
        assert_eq!(resolve("a.js", "b.js"), None);
    }
}
