//! The style sheet with all that it imports in one answer: a browser would ask for each, and show nothing before.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use actix_web::http::header::{ETAG, EntityTag, Header as _, IfNoneMatch};
use actix_web::{HttpRequest, HttpResponse, Resource, web};
use sha2::{Digest, Sha256};

const FILE: &str = "main.css";

/// How long a tag is, which changes with any of the files.
const TAG_BYTES: usize = 16;

pub fn resource(static_dir: &Path) -> Resource {
    let folder = static_dir.join("css");
    let get = move |request| answer(request, folder.clone());
    web::resource(format!("/css/{FILE}")).get(get.clone()).head(get)
}

async fn answer(request: HttpRequest, folder: PathBuf) -> actix_web::Result<HttpResponse> {
    let Ok(sheet) = web::block(move || join(&folder)).await? else {
        return Ok(HttpResponse::NotFound().finish());
    };
    let tag = EntityTag::new_strong(tag(&sheet));
    let is_known = match IfNoneMatch::parse(&request) {
        Ok(IfNoneMatch::Items(known)) => known.iter().any(|known| known.weak_eq(&tag)),
        _ => false,
    };
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((ETAG, tag.to_string()));
    if is_known {
        return Ok(response.finish());
    }
    Ok(response.content_type("text/css; charset=utf-8").body(sheet))
}

/// Puts each file into the place where it is imported, and into its layer.
fn join(folder: &Path) -> std::io::Result<String> {
    let sheet = std::fs::read_to_string(folder.join(FILE))?;
    let mut joined = String::new();
    for line in sheet.lines() {
        if let Some((file, layer)) = import(line) {
            let rules = std::fs::read_to_string(folder.join(file))?;
            let _ = writeln!(joined, "@layer {layer} {{\n{rules}}}");
        } else {
            let _ = writeln!(joined, "{line}");
        }
    }
    Ok(joined)
}

/// The file and the layer in `@import url("file") layer(layer);`.
fn import(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("@import url(\"")?.strip_suffix(");")?.split_once("\") layer(")
}

fn tag(sheet: &str) -> String {
    let hash = Sha256::digest(sheet);
    hash[..TAG_BYTES].iter().fold(String::new(), |mut tag, byte| {
        let _ = write!(tag, "{byte:02x}");
        tag
    })
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
