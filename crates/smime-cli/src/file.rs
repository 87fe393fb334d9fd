//! Inputs, outputs and spools: nothing appears under its name before all checks have passed.

use std::any::Any;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use cms_algs::SystemRandom;
use cms_core::provider::Random;
use smime_msg::spool::{Spool, Spools};

use crate::outcome::Failure;

/// Opens an input: a file, or stdin for `-` or nothing.
pub(crate) fn input(path: Option<&str>) -> Result<Box<dyn Read>, Failure> {
    match path {
        None | Some("-") => Ok(Box::new(io::stdin().lock())),
        Some(path) => match File::open(path) {
            Ok(file) => Ok(Box::new(file)),
            Err(error) => Err(Failure::from(error).about(path)),
        },
    }
}

/// Opens an input that can be read twice: a regular file as it is, anything else through a spool.
pub(crate) fn seekable(path: Option<&str>, spools: &FileSpools) -> Result<Seekable, Failure> {
    if let Some(path) = path
        && path != "-"
    {
        let file = File::open(path).map_err(|error| Failure::from(error).about(path))?;
        if file.metadata()?.is_file() {
            return Ok(Seekable::File(file));
        }
        return spooled(Box::new(file), spools);
    }
    spooled(input(None)?, spools)
}

fn spooled(mut source: Box<dyn Read>, spools: &FileSpools) -> Result<Seekable, Failure> {
    let mut spool = spools.make();
    io::copy(&mut source, &mut spool)?;
    spool.flush()?;
    Ok(spool.into_seekable()?)
}

/// Something that can be read twice.
#[derive(Debug)]
pub(crate) enum Seekable {
    File(File),
    Memory(io::Cursor<Vec<u8>>),
}

impl Seekable {
    pub(crate) fn len(&mut self) -> io::Result<u64> {
        let len = self.seek(SeekFrom::End(0))?;
        self.seek(SeekFrom::Start(0))?;
        Ok(len)
    }
}

impl Read for Seekable {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(out),
            Self::Memory(memory) => memory.read(out),
        }
    }
}

impl Seek for Seekable {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        match self {
            Self::File(file) => file.seek(position),
            Self::Memory(memory) => memory.seek(position),
        }
    }
}

/// A file beside the place where it will stand, removed unless it gets there.
#[derive(Debug)]
struct Temporary {
    path: Option<PathBuf>,
}

impl Temporary {
    /// A new file of mode 0600 in a directory.
    fn create(directory: &Path) -> io::Result<(File, Self)> {
        for _ in 0..16 {
            let mut octets = [0; 8];
            SystemRandom.fill(&mut octets).map_err(io::Error::other)?;
            let name = octets.iter().fold(String::from(".smime-"), |name, octet| {
                format!("{name}{octet:02x}")
            });
            let path = directory.join(name);
            match OpenOptions::new()
                .read(true)
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)
            {
                Ok(file) => return Ok((file, Self { path: Some(path) })),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Takes the name away; the open file lives on without one.
    fn unlink(mut self) {
        if let Some(path) = self.path.take() {
            let _ = fs::remove_file(path);
        }
    }

    fn rename(mut self, to: &Path) -> io::Result<()> {
        if let Some(path) = &self.path {
            fs::rename(path, to)?;
            self.path = None;
        }
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            let _ = fs::remove_file(path);
        }
    }
}

/// Makes spools: in memory up to a size, then in a file of mode 0600 in a directory.
#[derive(Clone, Debug)]
pub(crate) struct FileSpools {
    memory: usize,
    directory: PathBuf,
    keep: bool,
}

impl FileSpools {
    /// Spools whose files have no name.
    pub(crate) fn anonymous(memory: usize) -> Self {
        Self {
            memory,
            directory: std::env::temp_dir(),
            keep: true,
        }
    }

    /// Spools beside an output, so that one of them can become it.
    pub(crate) fn beside(output: &Path, memory: usize) -> Self {
        if is_special(output) {
            return Self::anonymous(memory);
        }
        Self {
            memory,
            directory: parent(&followed(output)),
            keep: true,
        }
    }

    /// Spools that forget what goes beyond memory: for content that nobody wants.
    pub(crate) fn discarding(memory: usize) -> Self {
        Self {
            memory,
            directory: std::env::temp_dir(),
            keep: false,
        }
    }

    pub(crate) fn make(&self) -> FileSpool {
        FileSpool {
            spools: self.clone(),
            store: Store::Memory(Vec::new()),
            len: 0,
        }
    }
}

fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

impl Spools for FileSpools {
    fn create(&self) -> io::Result<Box<dyn Spool>> {
        Ok(Box::new(self.make()))
    }
}

/// Content in memory or in a file.
#[derive(Debug)]
pub(crate) struct FileSpool {
    spools: FileSpools,
    store: Store,
    len: u64,
}

#[derive(Debug)]
enum Store {
    Memory(Vec<u8>),
    File(File, Temporary),
    Gone,
}

impl FileSpool {
    /// Turns into something that can be read and sought.
    pub(crate) fn into_seekable(self) -> io::Result<Seekable> {
        match self.store {
            Store::Memory(content) => Ok(Seekable::Memory(io::Cursor::new(content))),
            Store::File(mut file, temporary) => {
                temporary.unlink();
                file.seek(SeekFrom::Start(0))?;
                Ok(Seekable::File(file))
            }
            Store::Gone => Err(gone()),
        }
    }
}

fn gone() -> io::Error {
    io::Error::other("the content was not kept")
}

impl Write for FileSpool {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.len = self
            .len
            .saturating_add(u64::try_from(octets.len()).unwrap_or(u64::MAX));
        if let Store::Memory(content) = &mut self.store {
            if content.len().saturating_add(octets.len()) <= self.spools.memory {
                content.extend_from_slice(octets);
                return Ok(octets.len());
            }
            self.store = if self.spools.keep {
                let (mut file, temporary) = Temporary::create(&self.spools.directory)?;
                file.write_all(content)?;
                Store::File(file, temporary)
            } else {
                Store::Gone
            };
        }
        if let Store::File(file, _) = &mut self.store {
            file.write_all(octets)?;
        }
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Spool for FileSpool {
    fn reader(&mut self) -> io::Result<Box<dyn Read + '_>> {
        match &mut self.store {
            Store::Memory(content) => Ok(Box::new(content.as_slice())),
            Store::File(file, _) => {
                file.seek(SeekFrom::Start(0))?;
                Ok(Box::new(file))
            }
            Store::Gone => Err(gone()),
        }
    }

    fn len(&self) -> u64 {
        self.len
    }

    fn into_reader(self: Box<Self>) -> io::Result<Box<dyn Read>> {
        Ok(Box::new(self.into_seekable()?))
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// Who may read an output.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Privacy {
    /// Mode 0600.
    Private,
    /// As the umask says.
    Public,
}

/// Where the result goes.
#[derive(Debug)]
pub(crate) enum Target {
    /// Nowhere: with `--json` and no `-o`.
    Dropped,
    File(PathBuf),
    Stdout,
}

impl Target {
    /// Says no before any work when the result could not be put there.
    pub(crate) fn check(&self, force: bool, binary: bool) -> Result<(), Failure> {
        match self {
            Self::File(path) if is_special(path) => Ok(()),
            Self::File(path) if path.is_dir() => {
                Err(Failure::usage(format!("{} is a directory", path.display())))
            }
            Self::File(path) if path.exists() && !force => {
                Err(Failure::usage(format!("{} exists already", path.display()))
                    .with_hint("overwrite it with --force"))
            }
            Self::Stdout if binary && io::stdout().is_terminal() => {
                Err(Failure::usage("binary data is not written to a terminal")
                    .with_hint("give a file with -o, or text with --out-format pem"))
            }
            _ => Ok(()),
        }
    }

    /// Writes a result: what `write` makes appears whole or not at all.
    pub(crate) fn write(
        &self,
        privacy: Privacy,
        memory: usize,
        write: impl FnOnce(&mut dyn Write) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        match self {
            Self::Dropped => write(&mut io::sink()),
            Self::Stdout => {
                let mut spool = FileSpools::anonymous(memory).make();
                write(&mut spool)?;
                self.release(Box::new(spool))
            }
            Self::File(path) if is_special(path) => {
                let mut spool = FileSpools::anonymous(memory).make();
                write(&mut spool)?;
                self.release(Box::new(spool))
            }
            Self::File(path) => {
                let path = &followed(path);
                let (file, temporary) =
                    Temporary::create(&parent(path)).map_err(|error| at(path, error))?;
                // Large chunks pass by the buffer, small headers are gathered in it.
                let mut out = BufWriter::with_capacity(64 * 1024, &file);
                write(&mut out)?;
                out.flush().map_err(|error| at(path, error))?;
                drop(out);
                if privacy == Privacy::Public {
                    publish(&file)?;
                }
                temporary.rename(path).map_err(|error| at(path, error))
            }
        }
    }

    /// Releases a spool after all checks.
    pub(crate) fn release(&self, spool: Box<dyn Spool>) -> Result<(), Failure> {
        match self {
            Self::Dropped => Ok(()),
            Self::Stdout => {
                let mut out = io::stdout().lock();
                io::copy(&mut spool.into_reader()?, &mut out)?;
                Ok(out.flush()?)
            }
            // A device or a pipe is written to, never replaced.
            Self::File(path) if is_special(path) => {
                let mut out = OpenOptions::new()
                    .write(true)
                    .open(path)
                    .map_err(|error| at(path, error))?;
                io::copy(&mut spool.into_reader()?, &mut out).map_err(|error| at(path, error))?;
                Ok(())
            }
            Self::File(path) => {
                let path = &followed(path);
                // A spool that waits beside its place only has to be given its name.
                let spool = match spool.into_any().downcast::<FileSpool>() {
                    Ok(spool) => *spool,
                    Err(_) => return Err(Failure::from(gone())),
                };
                let spool = match spool {
                    FileSpool {
                        store: Store::File(_, temporary),
                        spools,
                        ..
                    } if spools.directory == parent(path) => {
                        return temporary.rename(path).map_err(|error| at(path, error));
                    }
                    spool => Box::new(spool),
                };
                let (mut file, temporary) =
                    Temporary::create(&parent(path)).map_err(|error| at(path, error))?;
                io::copy(&mut spool.into_reader()?, &mut file).map_err(|error| at(path, error))?;
                temporary.rename(path).map_err(|error| at(path, error))
            }
        }
    }
}

/// Whether something is there that is neither a file nor a directory.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// Where a symbolic link leads: the file behind it is replaced, not the link.
fn followed(path: &Path) -> PathBuf {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => {
            fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
        }
        _ => path.to_owned(),
    }
}

fn at(path: &Path, error: io::Error) -> Failure {
    Failure::from(error).about(&path.display().to_string())
}

/// Gives a file the mode that the umask leaves of 0666.
fn publish(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mask = rustix::process::umask(rustix::fs::Mode::empty());
    rustix::process::umask(mask);
    let mode = 0o666 & !mask.bits();
    file.set_permissions(fs::Permissions::from_mode(mode))
}

/// A whole small file, within a limit.
pub(crate) fn read_small(path: &str, limit: u64) -> Result<Vec<u8>, Failure> {
    let mut octets = Vec::new();
    input(Some(path))?
        .take(limit.saturating_add(1))
        .read_to_end(&mut octets)
        .map_err(|error| Failure::from(error).about(path))?;
    if u64::try_from(octets.len()).is_ok_and(|len| len > limit) {
        let failure = Failure::new(
            crate::outcome::Outcome::Limit,
            "file-limit",
            "file is too large for keys or certificates",
        );
        return Err(failure.about(path));
    }
    Ok(octets)
}
