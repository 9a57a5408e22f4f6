//! Packs the program's relocations: 0.6 MB of tables that would be read at each start, and stay in memory, become
//! 8 KB. glibc unpacks them since 2.36; an older one says so and does not start the program.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |key, value: &str| std::env::var(key).is_ok_and(|it| it == value);
    let host = std::env::var("HOST").unwrap_or_default();
    if is("TARGET", &host) && is("CARGO_CFG_TARGET_ENV", "gnu") && glibc() >= Some((2, 36)) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// The version of this machine's glibc, if that is its C library.
fn glibc() -> Option<(u32, u32)> {
    let version = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let version = String::from_utf8(version.stdout).ok()?;
    let (major, minor) = version.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
}
