//! USER: the user of the build and of the image.

use super::line::line_instruction;
use crate::scope::Scope;
use crate::syntax::Part;

line_instruction! {
    /// `USER <user>[:<group>]`: sets the user that the instructions below and the container run as.
    ///
    /// Names or numbers; expanded. It cannot hold a newline.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").user("10001:10001"));
    /// assert_eq!(file.render()?, "FROM alpine\nUSER 10001:10001\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#user)
    User = "USER" { user }
}

impl User {
    pub(crate) fn apply(&self, scope: &mut Scope<'_>) -> Option<()> {
        let user = scope.expand(&self.user, Part::Argument(0))?;
        scope.set_user(user);
        Some(())
    }
}
