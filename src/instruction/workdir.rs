//! WORKDIR: the working directory.

use super::line::line_instruction;

line_instruction! {
    /// `WORKDIR <path>`: sets the directory that the instructions below work in, and creates it.
    ///
    /// The path is expanded and may hold blanks; a relative one is below the directory before. It cannot hold a
    /// line feed.
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
