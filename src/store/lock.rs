//! One server for each data folder: a second one would number messages that the first does not pass on.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use super::OpenError;
use super::connect::make_folder;

const LOCK_FILE: &str = "stonechat.lock";

/// Keeps others out of a data folder until it is dropped, or the process ends in whatever way.
#[derive(Debug)]
pub struct FolderLock(#[expect(dead_code, reason = "it is held, not used")] File);

/// Takes the folder, and makes it if it is missing.
pub fn lock_folder(folder: &Path) -> Result<FolderLock, OpenError> {
    make_folder(folder)?;
    let refused = |why| OpenError::Folder { folder: folder.display().to_string(), why };
    let path = folder.join(LOCK_FILE);
    let mut options = OpenOptions::new();
    let options = options.read(true).write(true).create(true).truncate(false);
    let mut file = options.open(path).map_err(refused)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::Error(why)) => return Err(refused(why)),
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            file.read_to_string(&mut holder).map_err(refused)?;
            let (folder, holder) = (folder.display().to_string(), holder.trim().to_owned());
            return Err(OpenError::InUse { folder, holder });
        }
    }
    let pid = std::process::id();
    let written = file.set_len(0).and_then(|()| file.rewind());
    written.and_then(|()| writeln!(file, "{pid}")).map_err(refused)?;
    Ok(FolderLock(file))
}
