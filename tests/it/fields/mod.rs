//! The table of fields: every text of every instruction, how a string is put into it and how it is read back.

mod read;
mod rows;

use multistage::instruction::{Instruction, KEYWORDS};
use multistage::{Context, Dockerfile, Escape, StageName, Text};

pub(crate) use self::rows::fields;
use crate::spec;

/// One text-bearing field.
pub(crate) struct Field {
    /// The keyword and what is meant of it: `ENV value`. What belongs to the file has the keyword `#`.
    pub(crate) name: &'static str,
    pub(crate) put: Put,
    pub(crate) get: Get,
    /// What the field makes of a string before anything is written.
    pub(crate) becomes: fn(&str) -> String,
    /// Strings that it takes.
    pub(crate) plain: &'static [&'static str],
    /// Whether it has to take a string: what can be written is not rejected.
    pub(crate) holds: fn(&str, Escape) -> bool,
}

/// How a string comes into the field.
pub(crate) enum Put {
    /// As it is, in an instruction.
    Plain(fn(&str) -> Instruction),
    /// As a text that Docker expands, in an instruction.
    Text(fn(Text) -> Instruction),
    /// As the name of a declared context, in an instruction.
    Context(fn(Context) -> Instruction),
    /// As the name of a stage above, in an instruction.
    Stage(fn(StageName) -> Instruction),
    /// As it is, in a file with hardly anything else.
    File(fn(&str) -> Dockerfile),
    /// As a text that Docker expands, in such a file.
    FileText(fn(Text) -> Dockerfile),
}

/// How a string is read back: from its instruction, or from the first with the keyword of the field.
pub(crate) type Get = fn(&spec::Instruction, &spec::File) -> Result<Found, String>;

/// What was read.
#[derive(Debug)]
pub(crate) enum Found {
    /// The string itself.
    Exact(String),
    /// A word that Docker takes apart: quotes, escapes, variables.
    Word(String),
    /// The body of a heredoc that Docker expands.
    Body(String),
}

impl Field {
    pub(crate) fn keyword(&self) -> &'static str {
        self.name.split(' ').next().unwrap_or_default()
    }

    /// Whether Docker expands the field.
    pub(crate) fn expands(&self) -> bool {
        matches!(self.put, Put::Text(_) | Put::FileText(_))
    }

    /// Whether the field is in an instruction of a stage.
    pub(crate) fn is_in_step(&self) -> bool {
        !matches!(self.put, Put::File(_) | Put::FileText(_))
    }

    /// Whether the field is in an instruction that ONBUILD takes.
    pub(crate) fn can_be_trigger(&self) -> bool {
        self.is_in_step() && self.keyword() != "MAINTAINER"
    }
}

#[test]
fn every_instruction_has_a_row() {
    let fields = fields();
    for keyword in KEYWORDS.iter().chain(&["FROM"]) {
        let found = fields.iter().any(|field| match *keyword {
            "ONBUILD" => field.can_be_trigger(),
            keyword => field.keyword() == keyword,
        });
        assert!(found, "no field of {keyword} is tried");
    }
    let mut names: Vec<_> = fields.iter().map(|field| field.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), fields.len(), "two rows of one name");
}
