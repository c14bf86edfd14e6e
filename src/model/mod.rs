//! The model of a file: directives, global ARGs, stages and their steps.

mod arguments;
mod declared;
pub(crate) mod dialect;
mod dockerfile;
mod lookup;
mod origin;
mod set;
mod stage;
mod step;
mod triggers;
mod waiting;

// Below the others, as the pages list methods in the order of the modules.
#[cfg(feature = "serde")]
mod data;

pub(crate) use self::arguments::{declare, trigger_declares, used_args};
pub(crate) use self::declared::DeclaredNames;
pub(crate) use self::dockerfile::Beside;
pub use self::dockerfile::Dockerfile;
pub(crate) use self::origin::Origin;
pub(crate) use self::set::RareSet;
pub use self::stage::Stage;
pub use self::step::Step;

/// The size of a step decides what a file costs in memory, so the parts that few steps have are in
/// boxes.
#[cfg(test)]
mod tests {
    use super::stage::StageNotes;
    use super::*;
    use crate::instruction::{
        Add, Command, Copy, CopySource, Declaration, From, Inline, Instruction, Run, Sources,
    };
    use crate::reference::{Image, Source, StageName};
    use crate::syntax::Comment;
    use crate::text::Text;

    /// The size of a type in bytes, where a pointer has eight.
    macro_rules! has_size {
        ($($type:ty = $size:literal),* $(,)?) => {
            #[cfg(target_pointer_width = "64")]
            const _: () = {$(assert!(size_of::<$type>() == $size, stringify!($type));)*};
        };
    }

    has_size! {
        Step = 48,
        Instruction = 32,
        Stage = 112,
        From = 64,
        Run = 32,
        Copy = 88,
        Add = 56,
        Command = 24,
        Sources = 24,
        CopySource = 24,
        Inline = 8,
        Source = 32,
        Image = 24,
        StageName = 24,
        Text = 24,
        Comment = 32,
        StageNotes = 48,
        Declaration = 56,
    }
}
