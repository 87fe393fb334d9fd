//! Inputs, outputs and spools: nothing appears under its name before all checks have passed.

use std::any::Any;
use std::cell::Cell;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, Read, Seek, SeekFrom, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use cms_algs::SystemRandom;
use cms_core::provider::Random;
use rustix::fs::{AtFlags, CWD, Mode, OFlags, RenameFlags};
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

/// A file that has no name yet, or a hidden one where the file system cannot do without; it is gone unless it is
/// given its place.
#[derive(Debug)]
struct Temporary {
    file: File,
    /// The hidden name, where it needs one.
    path: Option<PathBuf>,
}

impl Temporary {
    /// A new file of mode 0600 in a directory.
    fn create(directory: &Path) -> io::Result<Self> {
        let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
        if let Ok(fd) = rustix::fs::open(directory, flags, Mode::RUSR | Mode::WUSR) {
            return Ok(Self {
                file: File::from(fd),
                path: None,
            });
        }
        loop {
            let path = hidden_name(directory)?;
            let mut options = OpenOptions::new();
            match options
                .read(true)
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)
            {
                Ok(file) => {
                    return Ok(Self {
                        file,
                        path: Some(path),
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Takes the name away; the open file lives on without one.
    fn unlink(mut self) -> io::Result<File> {
        if let Some(path) = self.path.take() {
            let _ = fs::remove_file(path);
        }
        self.file.try_clone()
    }

    /// Gives the file its place; an existing file is replaced only on demand, and never in between.
    fn place(mut self, to: &Path, existing: Existing) -> io::Result<()> {
        let named = match self.path.take() {
            Some(path) => path,
            None => {
                let source = format!("/proc/self/fd/{}", self.file.as_raw_fd());
                let link = |to: &Path| {
                    rustix::fs::linkat(CWD, &source, CWD, to, AtFlags::SYMLINK_FOLLOW)
                        .map_err(io::Error::from)
                };
                if existing == Existing::Keep {
                    return link(to);
                }
                let hidden = hidden_name(&parent(to))?;
                link(&hidden)?;
                hidden
            }
        };
        self.path = Some(named.clone());
        let flags = match existing {
            Existing::Keep => RenameFlags::NOREPLACE,
            Existing::Replace => RenameFlags::empty(),
        };
        match rustix::fs::renameat_with(CWD, &named, CWD, to, flags) {
            Ok(()) => {}
            // A file system that cannot do so: the check before the work has to serve.
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => fs::rename(&named, to)?,
            Err(error) => return Err(error.into()),
        }
        self.path = None;
        Ok(())
    }
}

fn hidden_name(directory: &Path) -> io::Result<PathBuf> {
    let mut octets = [0; 8];
    SystemRandom.fill(&mut octets).map_err(io::Error::other)?;
    Ok(directory.join(format!(".smime-{}", crate::report::hex(&octets))))
}

/// What becomes of a file that is there already.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Existing {
    /// The result is refused.
    Keep,
    /// `--force`: it is replaced.
    Replace,
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            let _ = fs::remove_file(path);
        }
    }
}

/// Makes spools: in memory up to a size that all of them share, then in files of mode 0600 without a name.
#[derive(Clone, Debug)]
pub(crate) struct FileSpools {
    memory: Rc<Cell<usize>>,
    directory: PathBuf,
}

impl FileSpools {
    /// Spools in the directory for temporary files.
    pub(crate) fn anonymous(memory: usize) -> Self {
        Self {
            memory: Rc::new(Cell::new(memory)),
            directory: std::env::temp_dir(),
        }
    }

    /// Spools beside an output, so that one of them can become it.
    pub(crate) fn beside(output: &Path, memory: usize) -> Self {
        if is_special(output) {
            return Self::anonymous(memory);
        }
        Self {
            memory: Rc::new(Cell::new(memory)),
            directory: parent(&followed(output)),
        }
    }

    pub(crate) fn make(&self) -> FileSpool {
        FileSpool {
            spools: self.clone(),
            store: Store::Memory(Vec::new()),
            len: 0,
        }
    }

    /// Takes memory from what all spools share.
    fn take(&self, len: usize) -> bool {
        let left = self.memory.get().checked_sub(len);
        left.inspect(|left| self.memory.set(*left)).is_some()
    }

    fn give_back(&self, len: usize) {
        self.memory.set(self.memory.get().saturating_add(len));
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
    File(Temporary),
}

impl FileSpool {
    /// Turns into something that can be read and sought.
    pub(crate) fn into_seekable(mut self) -> io::Result<Seekable> {
        match std::mem::replace(&mut self.store, Store::Memory(Vec::new())) {
            Store::Memory(content) => {
                self.spools.give_back(content.len());
                Ok(Seekable::Memory(io::Cursor::new(content)))
            }
            Store::File(temporary) => {
                let mut file = temporary.unlink()?;
                file.seek(SeekFrom::Start(0))?;
                Ok(Seekable::File(file))
            }
        }
    }
}

impl Drop for FileSpool {
    fn drop(&mut self) {
        if let Store::Memory(content) = &self.store {
            self.spools.give_back(content.len());
        }
    }
}

impl Write for FileSpool {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.len = self
            .len
            .saturating_add(u64::try_from(octets.len()).unwrap_or(u64::MAX));
        if let Store::Memory(content) = &mut self.store {
            if self.spools.take(octets.len()) {
                content.extend_from_slice(octets);
                return Ok(octets.len());
            }
            let mut temporary = Temporary::create(&self.spools.directory)?;
            temporary.file.write_all(content)?;
            self.spools.give_back(content.len());
            self.store = Store::File(temporary);
        }
        if let Store::File(temporary) = &mut self.store {
            temporary.file.write_all(octets)?;
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
            Store::File(temporary) => {
                temporary.file.seek(SeekFrom::Start(0))?;
                Ok(Box::new(&mut temporary.file))
            }
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
    File(PathBuf, Existing),
    Stdout,
}

impl Target {
    /// A file that is to be made, replaced with `--force` only.
    pub(crate) fn file(path: impl Into<PathBuf>, force: bool) -> Self {
        let existing = if force {
            Existing::Replace
        } else {
            Existing::Keep
        };
        Self::File(path.into(), existing)
    }

    /// Says no before any work when the result could not be put there.
    pub(crate) fn check(&self, binary: bool) -> Result<(), Failure> {
        match self {
            Self::File(path, _) if is_special(path) => Ok(()),
            Self::File(path, _) if path.is_dir() => {
                Err(Failure::usage(format!("{} is a directory", path.display())))
            }
            Self::File(path, Existing::Keep) if fs::symlink_metadata(path).is_ok() => {
                Err(exists_already(path))
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
            Self::File(path, existing) if !is_special(path) => {
                let path = &followed(path);
                let temporary =
                    Temporary::create(&parent(path)).map_err(|error| at(path, error))?;
                // Large chunks pass by the buffer, small headers are gathered in it.
                let mut out = BufWriter::with_capacity(64 * 1024, &temporary.file);
                write(&mut out)?;
                out.flush().map_err(|error| at(path, error))?;
                drop(out);
                if privacy == Privacy::Public {
                    publish(&temporary.file)?;
                }
                temporary
                    .place(path, *existing)
                    .map_err(|error| at(path, error))
            }
            _ => {
                let mut spool = FileSpools::anonymous(memory).make();
                write(&mut spool)?;
                self.release(Box::new(spool))
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
            Self::File(path, _) if is_special(path) => {
                let mut options = OpenOptions::new();
                let mut out = options
                    .write(true)
                    .open(path)
                    .map_err(|error| at(path, error))?;
                io::copy(&mut spool.into_reader()?, &mut out).map_err(|error| at(path, error))?;
                Ok(())
            }
            Self::File(path, existing) => {
                let path = &followed(path);
                let mut spool = match spool.into_any().downcast::<FileSpool>() {
                    Ok(spool) => *spool,
                    Err(_) => {
                        return Err(Failure::usage("the content is in a spool of another kind"));
                    }
                };
                // A spool that waits beside its place only has to be given its name.
                let beside = spool.spools.directory == parent(path);
                let store = std::mem::replace(&mut spool.store, Store::Memory(Vec::new()));
                let temporary = match store {
                    Store::File(temporary) if beside => temporary,
                    other => {
                        spool.store = other;
                        let mut temporary =
                            Temporary::create(&parent(path)).map_err(|error| at(path, error))?;
                        io::copy(&mut spool.into_seekable()?, &mut temporary.file)
                            .map_err(|error| at(path, error))?;
                        temporary
                    }
                };
                temporary
                    .place(path, *existing)
                    .map_err(|error| at(path, error))
            }
        }
    }
}

fn exists_already(path: &Path) -> Failure {
    Failure::usage(format!("{} exists already", path.display()))
        .with_hint("overwrite it with --force")
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
    if error.kind() == io::ErrorKind::AlreadyExists {
        return exists_already(path);
    }
    Failure::from(error).about(&path.display().to_string())
}

/// Gives a file the mode that the umask leaves of 0666.
fn publish(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mask = rustix::process::umask(Mode::empty());
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
            format!("input is larger than the limit of {limit} octets"),
        );
        return Err(failure.about(path));
    }
    Ok(octets)
}
