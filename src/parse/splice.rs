//! Edits of a text that leave every other byte as it is.

use super::Parsed;
use super::update::{Units, Update, with_line_ends};
use crate::diagnostic::Report;
use crate::instruction::{Arg, Instruction};
use crate::model::{Dockerfile, Step};
use crate::render::{self, Style};
use crate::syntax::{At, Layout, Part};

/// The error of an edit of a text: [`Parsed::update`], [`Parsed::replace`] and their neighbours.
/// The text is unchanged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// The text or the model has no such part.
    #[error("there is no such part")]
    NoPart,
    /// The text that was read has errors.
    #[error("{0}")]
    Unread(Report),
    /// The edited model has errors.
    #[error("{0}")]
    Invalid(Report),
    /// The part alone does not say the change: it needs another spelling around it.
    #[error("the change cannot be made in this place alone: {at} would be {found}, not {wanted}; render the edited file instead", at = .0.place, found = .0.found, wanted = .0.wanted)]
    NotLocal(NotLocal),
}

/// The first part of a text that an edit in place would not change as wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotLocal {
    at: At,
    place: String,
    wanted: String,
    found: String,
}

impl NotLocal {
    /// Returns the place of the part in the edited model.
    pub fn at(&self) -> At {
        self.at
    }
}

impl Parsed<'_> {
    /// Returns the text with one part changed to what it is in an edited model; every other byte
    /// stays.
    ///
    /// The result has been read again: it says what the edited model says.
    ///
    /// # Errors
    ///
    /// [`EditError::NoPart`] where the part is not in both, [`EditError::Invalid`] where the edited
    /// model has errors, [`EditError::NotLocal`] where more than the part would have to change.
    ///
    /// ```
    /// use multistage::{layout::{At, Part}, Instruction, Parsed, literal};
    ///
    /// let text = "from  alpine\nworkdir   /old\n\n\n# kept as it is\nrun   a   b\n";
    /// let parsed = Parsed::new(text);
    /// let mut edited = parsed.file().clone();
    /// let at = At::Step { stage: 0, step: 0 };
    /// if let Instruction::Workdir(workdir) = edited.stages_mut()[0].steps_mut()[0]
    ///     .instruction_mut() {
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
        let edited = &*edited.placed();
        let draft = render::draft_with_places(edited, Style::default());
        let layout = draft.layout.unwrap_or_default();
        let new = layout.span(at, part).ok_or(EditError::NoPart)?;
        let old = self.layout.span(at, part).ok_or(EditError::NoPart)?;
        let new = with_line_ends(&draft.text, new, &layout.bodies(), self.line_end());
        let (before, after) = (self.source.get(..old.start), self.source.get(old.end..));
        match (before, after) {
            (Some(before), Some(after)) => self.checked([before, &new, after].concat(), edited),
            _ => Err(EditError::NoPart),
        }
    }

    /// Returns the text, changed to say what an edited model says; every byte of what is the same
    /// in both stays.
    ///
    /// What is added or changed is written in the style of this crate, an instruction with its
    /// comments at a time, with the line ends and the escape character of the text. The result has
    /// been read again: it says what the edited model says.
    ///
    /// # Errors
    ///
    /// - [`EditError::Unread`] if Docker would reject the text that was read.
    /// - [`EditError::Invalid`] if the edited model has errors.
    /// - [`EditError::NotLocal`] if what stays would not say the same any more.
    ///
    /// ```
    /// use multistage::{Parsed, Stage, StageName};
    ///
    /// let parsed = Parsed::new("# Mine.\nfrom   debian:12\nrun   apt-get   update\n");
    /// let mut edited = parsed.file().clone();
    /// let base = StageName::new("base");
    /// edited.stages_mut()[0].from_line_mut().name = Some(base.clone());
    /// edited.stage("dev", Stage::new(&base).run("apt-get install -y git"));
    /// assert_eq!(parsed.update(&edited)?, "\
    /// ## Mine.
    /// from   debian:12 as base
    /// run   apt-get   update
    ///
    /// FROM base AS dev
    /// RUN apt-get install -y git
    /// ");
    /// # Ok::<(), multistage::error::EditError>(())
    /// ```
    pub fn update(&self, edited: &Dockerfile) -> Result<String, EditError> {
        if self.has_errors() {
            return Err(EditError::Unread(self.report().clone()));
        }
        edited.render().map_err(EditError::Invalid)?;
        let edited = &*edited.placed();
        let before = render::draft_with_places(&self.file, Style::default());
        let after = render::draft_with_places(edited, Style::default());
        let update = Update {
            line_end: self.line_end(),
            source: Units::of(&self.file, self.source, &self.layout),
            old: Units::of(&self.file, &before.text, &before.layout.unwrap_or_default()),
            new: Units::of(
                edited,
                &after.text,
                after.layout.as_ref().unwrap_or(&Layout::default()),
            ),
        };
        self.checked(update.text(), edited)
    }

    /// Returns the text with a step added on a line of its own after an instruction; every other
    /// byte stays.
    ///
    /// After [`At::File`] and [`At::Arg`], the step is a global ARG: the first one, or the one
    /// after that.
    ///
    /// # Errors
    ///
    /// [`EditError::NoPart`] if there is no such place, or if what is added before the first FROM
    /// is not an ARG; else as [`update`](Parsed::update).
    ///
    /// ```
    /// use multistage::{layout::At, Parsed, instruction::Run};
    ///
    /// let parsed = Parsed::new("from  alpine\nrun  a\n");
    /// let text = parsed.insert_after(At::From(0), Run::new("apk add curl"))?;
    /// assert_eq!(text, "from  alpine\nRUN apk add curl\nrun  a\n");
    /// # Ok::<(), multistage::error::EditError>(())
    /// ```
    #[track_caller]
    pub fn insert_after(&self, at: At, step: impl Into<Step>) -> Result<String, EditError> {
        self.insert_step(at, step.into())
    }

    fn insert_step(&self, at: At, step: Step) -> Result<String, EditError> {
        let mut edited = self.file.clone();
        let (stage, index) = match at {
            At::From(stage) => (stage, 0),
            At::Step { stage, step } => (stage, step + 1),
            At::File => return self.insert_global(edited, 0, step),
            At::Arg(arg) => return self.insert_global(edited, arg + 1, step),
        };
        let steps = edited.stages.get_mut(stage).map(|stage| &mut stage.steps);
        let steps = steps.filter(|steps| index <= steps.len());
        steps.ok_or(EditError::NoPart)?.insert(index, step);
        self.update(&edited)
    }

    fn insert_global(
        &self,
        mut edited: Dockerfile,
        index: usize,
        step: Step,
    ) -> Result<String, EditError> {
        let step = step.into_arg().ok_or(EditError::NoPart)?;
        if index > edited.args.len() {
            return Err(EditError::NoPart);
        }
        edited.args.insert(index, step);
        self.update(&edited)
    }

    /// Returns the text with a global ARG added below the others; every other byte stays.
    ///
    /// # Errors
    ///
    /// As [`update`](Parsed::update).
    ///
    /// ```
    /// use multistage::Parsed;
    ///
    /// let parsed = Parsed::new("# syntax=docker/dockerfile:1\n# Mine.\nfrom   alpine\n");
    /// assert_eq!(parsed.insert_arg(("VERSION", "1.2"))?, "\
    /// ## syntax=docker/dockerfile:1
    /// ARG VERSION=1.2
    ///
    /// ## Mine.
    /// from   alpine
    /// ");
    /// # Ok::<(), multistage::error::EditError>(())
    /// ```
    #[track_caller]
    pub fn insert_arg(&self, arg: impl Into<Arg>) -> Result<String, EditError> {
        let step = Step::from(Instruction::Arg(arg.into()));
        self.insert_global(self.file.clone(), self.file.args.len(), step)
    }

    /// Returns the text with the global ARGs and the stages of a model added, the ARGs below those
    /// that it has and the stages at its end; every other byte stays.
    ///
    /// The stages can use those of the text by their [handles](Dockerfile::stage_name). A `syntax`
    /// directive is added if the text has none. To name a stage of the text as well, edit a clone
    /// of [`file`](Parsed::file) and call [`update`](Parsed::update).
    ///
    /// # Errors
    ///
    /// As [`update`](Parsed::update).
    ///
    /// ```
    /// use multistage::{Dockerfile, Parsed, Stage};
    ///
    /// let parsed = Parsed::new("from   debian:12 as  base\nrun   apt-get   update\n");
    /// let base = parsed.file().stage_name("base").expect("the stage is there");
    /// let mut added = Dockerfile::new();
    /// added.stage("dev", Stage::new(&base).run("apt-get install -y git"));
    /// assert_eq!(parsed.append(&added)?, "\
    /// from   debian:12 as  base
    /// run   apt-get   update
    ///
    /// FROM base AS dev
    /// RUN apt-get install -y git
    /// ");
    /// # Ok::<(), multistage::error::EditError>(())
    /// ```
    pub fn append(&self, added: &Dockerfile) -> Result<String, EditError> {
        let mut edited = self.file.clone();
        if edited.syntax.is_none() {
            edited.syntax.clone_from(&added.syntax);
        }
        edited.args.extend(added.args.iter().cloned());
        for stage in &added.stages {
            edited.push(stage.clone());
        }
        edited.trailing.extend(added.trailing.iter().cloned());
        edited
            .beside
            .contexts
            .extend(added.beside.contexts.iter().cloned());
        edited
            .beside
            .allowed
            .extend(added.beside.allowed.iter().cloned());
        self.update(&edited)
    }

    /// The line ending of the text.
    fn line_end(&self) -> &'static str {
        match self.source.split_once('\n') {
            Some((first, _)) if first.ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }

    /// Reads a text again, which has to say what the edited model says.
    fn checked(&self, text: String, edited: &Dockerfile) -> Result<String, EditError> {
        let read = Parsed::new(&text);
        if !read.has_errors() && read.file == *edited {
            return Ok(text);
        }
        Err(EditError::NotLocal(NotLocal::between(&read.file, edited)))
    }
}

impl NotLocal {
    /// The first difference of what was read from what was meant.
    fn between(read: &Dockerfile, meant: &Dockerfile) -> NotLocal {
        let found = render::draft_with_places(read, Style::default());
        let wanted = render::draft_with_places(meant, Style::default());
        let found = Units::of(read, &found.text, &found.layout.unwrap_or_default());
        let wanted = Units::of(meant, &wanted.text, &wanted.layout.unwrap_or_default());
        let (at, place, meant, read) = wanted.first_difference(&found);
        let quoted = |text: &str| match text.trim().lines().last() {
            None => "nothing".to_owned(),
            Some(line) => format!("`{}`", line.trim()),
        };
        NotLocal {
            at,
            place,
            wanted: quoted(meant),
            found: quoted(read),
        }
    }
}
