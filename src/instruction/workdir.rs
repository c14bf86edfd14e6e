//! WORKDIR: the working directory.

use super::line::line_instruction;
use crate::scope::{Action, NoteKind, Scope, System, Value};
use crate::syntax::Part;

line_instruction! {
    /// `WORKDIR <path>`: sets the directory that the instructions below work in, and creates it.
    ///
    /// The path is expanded and may hold spaces; a relative one is below the directory before. It
    /// cannot hold a newline.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").workdir("/srv/my app"));
    /// assert_eq!(file.render()?, "FROM alpine\nWORKDIR /srv/my app\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#workdir)
    Workdir = "WORKDIR" { path }
}

impl Workdir {
    pub(crate) fn apply(&self, scope: &mut Scope<'_>) -> Option<()> {
        let part = Part::Argument(0);
        let path = scope.expand(&self.path, part)?;
        let system = System::of(&scope.platform.os);
        let absolute = system.is_absolute(&path.text);
        if !scope.workdir_set && !absolute && path.known {
            scope.note(part, NoteKind::RelativeWorkdir(path.text.clone()));
        }
        scope.workdir_set = true;
        if !absolute {
            scope.carry(part, scope.state.workdir.text.len())?;
        }
        scope.carry(part, scope.state.user.text.len())?;
        let current = &scope.state.workdir;
        let known = path.known && (absolute || current.known);
        match system.join_workdir(&current.text, &path.text) {
            Ok(path) => {
                scope.set_workdir(Value { text: path, known });
                scope.action = Some(Action::Directory(scope.whereabouts()));
                Some(())
            }
            Err(problem) => scope.fail(
                part,
                format!("`{}` {problem}", path.text),
                "name a directory on `C:`, such as `C:\\app`",
            ),
        }
    }
}
