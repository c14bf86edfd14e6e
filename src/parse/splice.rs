//! Edits of a text that leave every other byte as it is.

use super::Parsed;
use crate::diagnostic::Report;
use crate::model::{Dockerfile, Step};
use crate::render::{self, Style};
use crate::syntax::{At, Part};

/// Why a text was not edited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// The text or the model has no such part.
    #[error("there is no such part")]
    NoPart,
    /// The edited model has errors.
    #[error("{0}")]
    Invalid(Report),
    /// The part alone does not say the change: it needs another spelling around it.
    #[error("the change cannot be made in this place alone; render the edited file instead")]
    NotLocal,
}

impl Parsed<'_> {
    /// The text with one part changed to what it is in an edited model; every other byte stays.
    ///
    /// The result has been read again: it says what the edited model says.
    ///
    /// # Errors
    ///
    /// [`EditError::NoPart`] where the part does not stand in both, [`EditError::Invalid`] where the edited model
    /// has errors, [`EditError::NotLocal`] where more than the part would have to change.
    ///
    /// ```
    /// use multistage::{layout::{At, Part}, Instruction, Parsed, literal};
    ///
    /// let text = "from  alpine\nworkdir   /old\n\n\n# kept as it is\nrun   a   b\n";
    /// let parsed = Parsed::new(text);
    /// let mut edited = parsed.file().clone();
    /// let at = At::Step { stage: 0, step: 0 };
    /// if let Instruction::Workdir(workdir) = edited.stages_mut()[0].steps_mut()[0].instruction_mut() {
    ///     workdir.path = literal("/new");
    /// }
    /// assert_eq!(
    ///     parsed.replace(at, Part::Argument(0), &edited)?,
    ///     "from  alpine\nworkdir   /new\n\n\n# kept as it is\nrun   a   b\n",
    /// );
    /// # Ok::<(), multistage::error::EditError>(())
    /// ```
    pub fn replace(&self, at: At, part: Part, edited: &Dockerfile) -> Result<String, EditError> {
        edited.render().map_err(EditError::Invalid)?;
        let draft = render::draft(edited, Style::default(), true);
        let layout = draft.layout.unwrap_or_default();
        let new = layout
            .span(at, part)
            .and_then(|span| draft.text.get(span))
            .ok_or(EditError::NoPart)?;
        let old = self.layout.span(at, part).ok_or(EditError::NoPart)?;
        self.splice(old, new, edited)
    }

    /// The text with a step added on a line of its own behind an instruction; every other byte stays.
    ///
    /// # Errors
    ///
    /// As [`replace`](Parsed::replace).
    ///
    /// ```
    /// use multistage::{layout::At, Parsed, instruction::Run};
    ///
    /// let parsed = Parsed::new("from  alpine\nrun  a\n");
    /// let text = parsed.insert_after(At::From(0), Run::new("apk add curl"))?;
    /// assert_eq!(text, "from  alpine\nRUN apk add curl\nrun  a\n");
    /// # Ok::<(), multistage::error::EditError>(())
    /// ```
    pub fn insert_after(&self, at: At, step: impl Into<Step>) -> Result<String, EditError> {
        let (stage, index) = match at {
            At::From(stage) => (stage, 0),
            At::Step { stage, step } => (stage, step + 1),
            At::File | At::Arg(_) => return Err(EditError::NoPart),
        };
        let mut edited = self.file.clone();
        let steps = edited
            .stages
            .get_mut(stage)
            .map(|stage| &mut stage.steps)
            .ok_or(EditError::NoPart)?;
        if index > steps.len() {
            return Err(EditError::NoPart);
        }
        steps.insert(index, step.into());
        edited.render().map_err(EditError::Invalid)?;
        let draft = render::draft(&edited, Style::default(), true);
        let layout = draft.layout.unwrap_or_default();
        let place = At::Step { stage, step: index };
        let first = layout
            .span(place, Part::Comment(0))
            .or_else(|| layout.span(place, Part::Description(0)));
        let whole = layout.span(place, Part::Whole).ok_or(EditError::NoPart)?;
        let start = first.map_or(whole.start, |span| span.start);
        let line = draft.text.get(start..whole.end).unwrap_or_default();
        let end = self
            .layout
            .span(at, Part::Whole)
            .ok_or(EditError::NoPart)?
            .end;
        self.splice(end..end, &format!("\n{line}"), &edited)
    }

    /// Puts a text in the place of a range, and reads the result again.
    fn splice(
        &self,
        range: std::ops::Range<usize>,
        new: &str,
        edited: &Dockerfile,
    ) -> Result<String, EditError> {
        let (before, after) = (self.source.get(..range.start), self.source.get(range.end..));
        let (Some(before), Some(after)) = (before, after) else {
            return Err(EditError::NoPart);
        };
        let text = [before, new, after].concat();
        let read = Parsed::new(&text);
        if !read.report.has_errors() && read.file == *edited {
            Ok(text)
        } else {
            Err(EditError::NotLocal)
        }
    }
}
