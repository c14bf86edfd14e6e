//! A heredoc that an instruction does not take: the lines after it are read as instructions.

use smol_str::SmolStr;

use super::Parser;
use crate::instruction::KEYWORDS;
use crate::limits;
use crate::syntax::heredoc;
use crate::syntax::reader::{Lines, Logical};

/// The keyword of an instruction that takes no heredoc, and the delimiter of the one that it is
/// given.
pub(super) type Stray = (&'static str, SmolStr);

/// Finds the heredoc that an instruction is given, if it is one, and if its end is below.
pub(super) fn find(keyword: &str, line: &Logical<'_>, below: &Lines<'_>) -> Option<Stray> {
    let given = [
        "CMD",
        "ENTRYPOINT",
        "ENV",
        "LABEL",
        "HEALTHCHECK",
        "SHELL",
        "USER",
        "WORKDIR",
    ];
    let angles = line.bytes.have_angle() && line.text().contains("<<");
    if !angles || !given.iter().any(|it| it.eq_ignore_ascii_case(keyword)) {
        return None;
    }
    let keyword = KEYWORDS
        .iter()
        .find(|it| it.eq_ignore_ascii_case(keyword))?;
    let marker = heredoc::markers(line.text()).pop()?;
    let mut lines = below.rest().lines().take(limits::STRAY_HEREDOC);
    lines
        .any(|line| line == marker.name)
        .then_some((*keyword, marker.name))
}

impl Parser<'_> {
    /// Returns `true` if a line would end the heredoc.
    pub(super) fn ends_stray_heredoc(&self, line: &Logical<'_>) -> bool {
        let stray = self.stray_heredoc.as_ref();
        stray.is_some_and(|(_, name)| line.text().trim() == *name)
    }

    /// Says of what was rejected since why it is read at all.
    pub(super) fn explain_stray_heredoc(&mut self, since: usize) {
        let Some((keyword, name)) = &self.stray_heredoc else {
            return;
        };
        let refused = self.found.refusals.get_mut(since..).unwrap_or_default();
        for refusal in refused {
            refusal.help = format!(
                "{keyword} takes no heredoc, so Docker reads the lines below its `<<{name}` as instructions: \
                 RUN, COPY and ADD take one"
            );
        }
    }
}
