//! The comments at the end of a stage: they wait for the next instruction, and are written above
//! the next stage if none comes.

use std::borrow::Cow;

use super::{Dockerfile, Stage};
use crate::syntax::Comment;

impl Stage {
    /// Puts comments above those of FROM.
    pub(crate) fn put_comments_above(&mut self, mut comments: Vec<Comment>) {
        if !comments.is_empty() {
            comments.extend(self.notes.comments.take());
            self.notes.comments = comments.into();
        }
    }
}

impl Dockerfile {
    /// Returns `true` if comments wait in a stage. A stage that is added has none: only one that
    /// was put into `stages_mut`, or has a comment in data, can have some.
    pub(crate) fn has_waiting(&self) -> bool {
        let waits =
            |stage: &Stage| !stage.notes.is_none() && !stage.notes.pending.comments.is_empty();
        self.stages.iter().any(waits)
    }

    /// The file with every comment where it is written, which is where it is read.
    pub(crate) fn placed(&self) -> Cow<'_, Dockerfile> {
        if !self.has_waiting() {
            return Cow::Borrowed(self);
        }
        let mut file = self.clone();
        let mut above = Vec::new();
        for stage in &mut file.stages {
            let _ = stage.take_pending_blank_line();
            let pending = stage.take_pending();
            stage.put_comments_above(std::mem::replace(&mut above, pending));
        }
        file.trailing.splice(0..0, above);
        Cow::Owned(file)
    }
}
