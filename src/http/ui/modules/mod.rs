//! The modules of the page with all that they import: one text for what the page begins with, and one for each
//! module that is loaded later, with what that needs besides.

mod module;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use module::Module;

/// What the page begins with.
const MAIN: &str = "main.js";

/// Makes the modules when they are used.
const REGISTRY: &str = include_str!("registry.js");

pub struct Joined {
    /// By the names of modules, as their paths below the folder.
    pub texts: BTreeMap<String, String>,
    /// What they need besides.
    pub vendored: BTreeSet<String>,
}

/// Why not, if there is something in the modules that is not understood.
pub fn join(folder: &Path) -> Result<Joined, String> {
    let read = |name: &str| {
        std::fs::read_to_string(folder.join(name)).map_err(|error| format!("{name}: {error}"))
    };
    Graph { read: &read, modules: BTreeMap::new() }.join()
}

struct Graph<'a> {
    read: &'a dyn Fn(&str) -> Result<String, String>,
    modules: BTreeMap<String, Module>,
}

impl Graph<'_> {
    fn join(mut self) -> Result<Joined, String> {
        let first = self.needed_by(MAIN)?;
        let mut texts = BTreeMap::from([(MAIN.to_owned(), self.first(&first))]);
        for (name, there) in self.there_when_loaded(&first)? {
            let mut needed = self.needed_by(&name)?;
            needed.retain(|other| !there.contains(other));
            texts.insert(name.clone(), self.later(&needed));
        }
        let vendored = self.modules.into_values().flat_map(|module| module.vendored).collect();
        Ok(Joined { texts, vendored })
    }

    /// What is loaded later, and for each the modules that are there by then, by whichever way it is loaded.
    fn there_when_loaded(
        &mut self,
        first: &[String],
    ) -> Result<BTreeMap<String, BTreeSet<String>>, String> {
        let mut loaded: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut waiting = vec![first.iter().cloned().collect::<BTreeSet<_>>()];
        while let Some(there) = waiting.pop() {
            for name in self.loaded_by(&there) {
                if there.contains(&name) {
                    continue;
                }
                let known = loaded.get(&name);
                let sure = known.map_or_else(|| there.clone(), |known| known & &there);
                if known != Some(&sure) {
                    let needed = self.needed_by(&name)?;
                    waiting.push(sure.iter().cloned().chain(needed).collect());
                    loaded.insert(name, sure);
                }
            }
        }
        Ok(loaded)
    }

    /// A module and all that it imports, each behind those that it needs.
    fn needed_by(&mut self, name: &str) -> Result<Vec<String>, String> {
        let (mut done, mut under_way) = (Vec::new(), Vec::new());
        self.visit(name, &mut done, &mut under_way)?;
        Ok(done)
    }

    fn visit(
        &mut self,
        name: &str,
        done: &mut Vec<String>,
        under_way: &mut Vec<String>,
    ) -> Result<(), String> {
        if done.iter().any(|other| other == name) {
            return Ok(());
        }
        if under_way.iter().any(|other| other == name) {
            return Err(format!("{name} imports itself, by way of others"));
        }
        if !self.modules.contains_key(name) {
            let module = Module::parse(name, &(self.read)(name)?)?;
            self.modules.insert(name.to_owned(), module);
        }
        under_way.push(name.to_owned());
        for imported in self.modules[name].imports.clone() {
            self.visit(&imported, done, under_way)?;
        }
        under_way.pop();
        done.push(name.to_owned());
        Ok(())
    }

    fn loaded_by(&self, names: &BTreeSet<String>) -> Vec<String> {
        names.iter().flat_map(|name| self.modules[name].loads.clone()).collect()
    }

    /// The page begins with this: what the others export is there, and the main module is run.
    fn first(&self, names: &[String]) -> String {
        let others: Vec<String> = names.iter().filter(|name| *name != MAIN).cloned().collect();
        let (mut imports, mut made) = (String::new(), String::new());
        for (number, path) in self.vendored(names).into_iter().enumerate() {
            let variable = format!("$vendored{number}");
            imports.extend(["import * as ", &variable, " from \"./", path, "\"\n"]);
            made.extend(["$made[\"", path, "\"] = ", &variable, "\n"]);
        }
        let functions = self.functions(&others);
        let main = &self.modules[MAIN].body;
        format!("{imports}{REGISTRY}{made}Object.assign($modules, {functions})\n{main}")
    }

    /// This comes when it is asked for.
    fn later(&self, names: &[String]) -> String {
        let vendored = serde_json::json!(self.vendored(names));
        format!(
            "export const vendored = {vendored}\nexport const modules = {}\n",
            self.functions(names)
        )
    }

    fn functions(&self, names: &[String]) -> String {
        let function = |name: &String| {
            let Module { body, exports, .. } = &self.modules[name];
            format!(
                "\"{name}\": ($use, $load) => {{\n{body}return {{ {} }}\n}},\n",
                exports.join(", ")
            )
        };
        format!("{{\n{}}}", names.iter().map(function).collect::<String>())
    }

    /// What is vendored is never put into another file: browsers keep it for a year.
    fn vendored(&self, names: &[String]) -> BTreeSet<&String> {
        names.iter().flat_map(|name| &self.modules[name].vendored).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(files: &[(&str, &str)]) -> Result<BTreeMap<String, String>, String> {
        let read = |name: &str| {
            let found = files.iter().find(|(other, _)| *other == name);
            found.map(|(_, text)| (*text).to_owned()).ok_or_else(|| format!("no {name}"))
        };
        Graph { read: &read, modules: BTreeMap::new() }.join().map(|joined| joined.texts)
    }

    #[test]
    fn what_the_page_begins_with_is_one_text_and_each_that_comes_later_another() {
        let texts = joined(&[
            ("main.js", "import { a } from \"./a.js\"\na(() => import(\"./later/b.js\"))\n"),
            ("a.js", "export function a() {}\n"),
            ("later/b.js", "import { a } from \"../a.js\"\nimport { c } from \"./c.js\"\n"),
            ("later/c.js", "export const c = () => import(\"../a.js\")\n"),
        ])
        .expect("they are understood");
        assert_eq!(texts.keys().collect::<Vec<_>>(), ["later/b.js", "main.js"]);
        let (first, later) = (&texts["main.js"], &texts["later/b.js"]);
        assert!(first.contains("\"a.js\": ($use, $load) => {\nfunction a() {}\nreturn { a }\n},"));
        assert!(first.ends_with("const { a } = $use(\"a.js\")\na(() => $load(\"later/b.js\"))\n"));
        assert!(!first.contains("later/c.js") && !later.contains("function a"), "{first} {later}");
        assert!(later.contains("modules = {\n\"later/c.js\": "), "{later}");
        assert!(later.contains("const c = () => $load(\"a.js\")\nreturn { c }\n"), "{later}");
    }

    #[test]
    fn what_is_there_whichever_way_one_came_is_not_sent_again() {
        let texts = joined(&[
            ("main.js", "import(\"./chat.js\")\nimport(\"./help.js\")\n"),
            (
                "chat.js",
                "import { a } from \"./a.js\"\nimport(\"./help.js\")\nimport(\"./room.js\")\n",
            ),
            ("help.js", "import { a } from \"./a.js\"\n"),
            ("room.js", "import { a } from \"./a.js\"\nimport(\"./chat.js\")\n"),
            ("a.js", "export function a() {}\n"),
        ])
        .expect("they are understood");
        let has = |text: &str| texts[text].contains("function a()");
        assert!(
            !has("main.js") && has("chat.js") && has("help.js") && !has("room.js"),
            "{texts:?}"
        );
    }

    #[test]
    fn what_is_vendored_stays_a_file_of_its_own() {
        let texts = joined(&[
            ("main.js", "import { io } from \"./vendor/io-1/io.js\"\nimport(\"./far/off/b.js\")\n"),
            ("far/off/b.js", "import { x as y } from \"../../vendor/x.js\"\n"),
        ])
        .expect("they are understood");
        let (first, later) = (&texts["main.js"], &texts["far/off/b.js"]);
        assert!(first.starts_with("import * as $vendored0 from \"./vendor/io-1/io.js\"\n"));
        assert!(first.contains("$made[\"vendor/io-1/io.js\"] = $vendored0\n"), "{first}");
        assert!(first.contains("const { io } = $use(\"vendor/io-1/io.js\")\n"), "{first}");
        assert!(later.starts_with("export const vendored = [\"vendor/x.js\"]\n"), "{later}");
        assert!(later.contains("const { x: y } = $use(\"vendor/x.js\")\n"), "{later}");
    }

    #[test]
    fn what_is_not_understood_is_told() {
        for (files, word) in [
            (&[("main.js", "import { a } from \"./a.js\"\n")][..], "no a.js"),
            (&[("main.js", "import { a } from \"left-pad\"\n")], "left-pad"),
            (&[("main.js", "import a from \"./main.js\"\n")], "import a"),
            (&[("main.js", "export default 1\n")], "export default"),
            (
                &[
                    ("main.js", "import { a } from \"./a.js\"\n"),
                    ("a.js", "import { b } from \"./b.js\"\n"),
                    ("b.js", "import { a } from \"./a.js\"\n"),
                ],
                "a.js imports itself",
            ),
        ] {
            let why = joined(files).expect_err(word);
            assert!(why.contains(word), "{why}");
        }
    }
}
