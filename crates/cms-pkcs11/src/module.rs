//! Loading PKCS #11 modules, each once in a process.

use std::sync::{Mutex, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error as CryptokiError, RvError};

use crate::{Error, Uri};

/// What is loaded when neither the URI nor the environment names a module: p11-kit's module of modules.
const DEFAULT_MODULE: &str = "p11-kit-proxy.so";

/// The variable that names a module, as with other programs.
const VARIABLE: &str = "PKCS11_MODULE_PATH";

/// Folders where modules lie, beside those that the loader searches.
const FOLDERS: &[&str] = &[
    "/usr/lib/pkcs11",
    "/usr/lib64/pkcs11",
    "/usr/lib/x86_64-linux-gnu/pkcs11",
    "/usr/lib/aarch64-linux-gnu/pkcs11",
    "/usr/local/lib/pkcs11",
];

/// The module of a URI, of the environment, or the default one, ready for use.
pub(crate) fn load(uri: &Uri) -> Result<Pkcs11, Error> {
    // C_Initialize may be called once in a process.
    static LOADED: Mutex<Vec<(String, Pkcs11)>> = Mutex::new(Vec::new());
    let names = names(uri);
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, module)) = loaded.iter().find(|(known, _)| names.contains(known)) {
        return Ok(module.clone());
    }
    let mut failed = None;
    for name in names {
        match Pkcs11::new(&name) {
            Ok(module) => {
                let arguments = CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK);
                match module.initialize(arguments) {
                    // The same module under another name.
                    Ok(()) | Err(CryptokiError::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {
                    }
                    Err(error) => return Err(error.into()),
                }
                loaded.push((name, module.clone()));
                return Ok(module);
            }
            Err(error) => {
                failed.get_or_insert_with(|| Error::Module {
                    path: name,
                    reason: error.to_string(),
                });
            }
        }
    }
    Err(failed.unwrap_or_else(|| Error::Device("no module".to_owned())))
}

/// What may be loaded, the likeliest first.
fn names(uri: &Uri) -> Vec<String> {
    if let Some(path) = &uri.module_path {
        return vec![path.clone()];
    }
    if let Some(name) = &uri.module_name {
        let files = [format!("{name}.so"), format!("lib{name}.so")];
        let folders = FOLDERS
            .iter()
            .flat_map(|folder| files.iter().map(move |file| format!("{folder}/{file}")));
        return files.iter().cloned().chain(folders).collect();
    }
    match std::env::var(VARIABLE) {
        Ok(path) if !path.is_empty() => vec![path],
        _ => vec![DEFAULT_MODULE.to_owned()],
    }
}
