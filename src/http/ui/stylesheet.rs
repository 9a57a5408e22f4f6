//! The style sheet with all that it imports.

use std::path::Path;

/// Puts each file into the place where it is imported, and into its layer.
pub fn join(file: &Path) -> Result<String, String> {
    let read = |file: &Path| {
        std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
    };
    let mut joined = String::new();
    for line in read(file)?.lines() {
        if let Some((imported, layer)) = import(line) {
            let rules = read(&file.with_file_name("").join(imported))?;
            joined.extend(["@layer ", layer, " {\n", &rules, "}\n"]);
        } else if line.starts_with("@import") {
            return Err(format!("{} has \"{line}\"", file.display()));
        } else {
            joined.extend([line, "\n"]);
        }
    }
    Ok(joined)
}

/// The file and the layer in `@import url("file") layer(layer);`.
fn import(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("@import url(\"")?.strip_suffix(");")?.split_once("\") layer(")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_imports_names_a_file_and_its_layer() {
        let line = r#"@import url("components/menu.css") layer(components);"#;
        assert_eq!(import(line), Some(("components/menu.css", "components")));
        for other in ["@layer reset, tokens;", "", r#"@import url("print.css");"#] {
            assert_eq!(import(other), None, "{other}");
        }
    }
}
