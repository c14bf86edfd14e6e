//! Edits of a text, one after another.

use multistage::error::EditError;
use multistage::instruction::{Arg, Instruction};
use multistage::layout::{At, Part};
use multistage::{Dockerfile, Parsed, Platform, Stage, StageName, Step};

use super::bytes::Bytes;
use super::models;

/// An edit of a text is that edit of its model and changes no other byte, or it is refused; so is
/// the next edit of what came out, and the one that takes it back.
pub fn edit(bytes: &[u8]) {
    let mut bytes = Bytes::new(bytes);
    let made = models::dockerfile(&mut bytes.split()).render();
    let mut text = made.unwrap_or_else(|_| bytes.split().rest());
    for _ in 0..6 {
        let parsed = Parsed::new(&text);
        if parsed.report().has_errors() || bytes.is_empty() {
            return;
        }
        if let Some(next) = step(&parsed, &mut bytes) {
            taken_back(&parsed, &next);
            text = next;
        }
    }
}

/// One edit; the text that came out of it.
fn step(parsed: &Parsed<'_>, bytes: &mut Bytes<'_>) -> Option<String> {
    match bytes.below(8) {
        0 | 1 => insertion(parsed, bytes),
        2 => global(parsed, bytes),
        3 | 4 => replacement(parsed, bytes),
        5 => append(parsed, bytes),
        _ => {
            let mut meant = parsed.file().clone();
            change(&mut meant, bytes);
            let edited = held(parsed, &meant, parsed.update(&meant))?;
            says(parsed, &edited, &meant);
            Some(edited)
        }
    }
}

/// A step after another one or after a FROM.
fn insertion(parsed: &Parsed<'_>, bytes: &mut Bytes<'_>) -> Option<String> {
    let file = parsed.file();
    let (stage, step) = place(file, bytes)?;
    let after = match step.checked_sub(1) {
        Some(step) => At::Step { stage, step },
        None => At::From(stage),
    };
    let new = models::instruction(bytes, file);
    let mut meant = file.clone();
    let steps = meant.stages_mut()[stage].steps_mut();
    steps.insert(step, Step::from(new.clone()));
    let edited = held(parsed, &meant, parsed.insert_after(after, new))?;
    adds(parsed, &edited);
    Some(edited)
}

/// A global ARG below the others, or after one of them.
fn global(parsed: &Parsed<'_>, bytes: &mut Bytes<'_>) -> Option<String> {
    let file = parsed.file();
    let new =
        Arg::new(bytes.string(&["V", "W", "TARGETARCH"])).default(bytes.string(&["1", "a b"]));
    let at = bytes.below(file.args().len() + 1);
    let mut meant = file.clone();
    let mut alone = Dockerfile::new();
    alone.arg(new.clone());
    meant.args_mut().insert(at, alone.args()[0].clone());
    let outcome = match at.checked_sub(1) {
        _ if at == file.args().len() && bytes.flag() => parsed.insert_arg(new),
        Some(above) => parsed.insert_after(At::Arg(above), new),
        None => parsed.insert_after(At::File, new),
    };
    let edited = held(parsed, &meant, outcome)?;
    says(parsed, &edited, &meant);
    Some(edited)
}

/// One part of an instruction.
fn replacement(parsed: &Parsed<'_>, bytes: &mut Bytes<'_>) -> Option<String> {
    let file = parsed.file();
    let (stage, step) = place(file, bytes)?;
    if step == file.stages()[stage].steps().len() {
        return None;
    }
    let at = At::Step { stage, step };
    let part = bytes.pick(&[
        Part::Whole,
        Part::Argument(0),
        Part::Argument(1),
        Part::FlagValue("from", 0),
    ]);
    let mut meant = file.clone();
    *meant.stages_mut()[stage].steps_mut()[step].instruction_mut() =
        models::instruction(bytes, file);
    let edited = match parsed.replace(at, part, &meant) {
        Err(EditError::NoPart) => return None,
        outcome => held(parsed, &meant, outcome)?,
    };
    let span = parsed.layout().span(at, part).expect("it was replaced");
    same_but(parsed, span, &edited, &meant);
    Some(edited)
}

/// The stages of another model at the end.
fn append(parsed: &Parsed<'_>, bytes: &mut Bytes<'_>) -> Option<String> {
    let mut added = Dockerfile::new();
    for arg in parsed.file().args().iter().take(bytes.below(2)) {
        added.arg(arg.instruction().clone());
    }
    let stage = models::stage(bytes, parsed.file());
    match bytes.flag() {
        true => added.push(stage),
        false => drop(added.stage(bytes.string(&["new", "tools"]), stage)),
    }
    let edited = match parsed.append(&added) {
        Err(EditError::Unread(_)) => panic!("it was read"),
        Err(_) => return None,
        Ok(edited) => edited,
    };
    let again = Dockerfile::parse(&edited).expect("it is read");
    assert_eq!(again.stages().len(), parsed.file().stages().len() + 1);
    assert_eq!(
        again.args().len(),
        parsed.file().args().len() + added.args().len()
    );
    says(parsed, &edited, &again);
    Some(edited)
}

/// Some change of a model.
fn change(file: &mut Dockerfile, bytes: &mut Bytes<'_>) {
    let names: Vec<StageName> = file
        .stages()
        .iter()
        .filter_map(|it| it.name().cloned())
        .collect();
    let name = names.get(bytes.below(names.len() + 1));
    match (bytes.below(9), name) {
        (0, Some(name)) => drop(file.rename(name, bytes.string(&["new", "x", "stage-1"]))),
        (1, Some(name)) => drop(file.remove(name)),
        (2, Some(name)) => drop(file.set_platform(name, Platform::build())),
        (3, Some(name)) => drop(file.clear_platform(name)),
        (4, Some(name)) => {
            let new = models::stage(bytes, file);
            drop(file.insert_before(name, "before", new));
        }
        (0..=2, None) => {
            let new = models::stage(bytes, file);
            file.insert_at(bytes.below(file.stages().len() + 1), new);
        }
        (3 | 4, None) => drop(file.name_last("last")),
        (5, _) => drop(file.remove_at(bytes.below(file.stages().len().max(1)))),
        (6, _) => flags(file, bytes),
        (7, _) => comments(file, bytes),
        _ => {
            let Some((stage, step)) = place(file, bytes) else {
                return;
            };
            let steps = file.stages_mut()[stage].steps_mut();
            match bytes.below(3) {
                _ if step == steps.len() => {}
                0 => drop(steps.remove(step)),
                1 => steps.swap(0, step),
                _ => steps.insert(step, steps[step].clone()),
            }
        }
    }
}

/// Flags of an instruction are set or cleared.
fn flags(file: &mut Dockerfile, bytes: &mut Bytes<'_>) {
    let steps = file.stages_mut().iter_mut().flat_map(Stage::steps_mut);
    for step in steps {
        match step.instruction_mut() {
            Instruction::Copy(copy) => {
                copy.link = bytes.flag();
                copy.chown = bytes.flag().then(|| "app:app".into());
                copy.chmod = None;
            }
            Instruction::Add(add) => {
                add.checksum = None;
                add.unpack = bytes.flag().then_some(false);
            }
            Instruction::Run(run) if bytes.flag() => run.mounts.clear(),
            _ => {}
        }
    }
}

/// A comment is put above some steps.
fn comments(file: &mut Dockerfile, bytes: &mut Bytes<'_>) {
    for stage in file.stages_mut() {
        for step in stage.steps_mut() {
            if bytes.seldom() {
                *step = step.clone().comment(bytes.string(models::COMMENTS));
            }
            if bytes.seldom() {
                *step = step.clone().blank_line();
            }
        }
    }
}

/// A stage and the place of a step in it; the place after the last step too.
fn place(file: &Dockerfile, bytes: &mut Bytes<'_>) -> Option<(usize, usize)> {
    if file.stages().is_empty() {
        return None;
    }
    let stage = bytes.below(file.stages().len());
    Some((stage, bytes.below(file.stages()[stage].steps().len() + 1)))
}

/// The text that came out, or the refusal as one that is due.
fn held(
    parsed: &Parsed<'_>,
    meant: &Dockerfile,
    outcome: Result<String, EditError>,
) -> Option<String> {
    match outcome {
        Ok(edited) => {
            assert_eq!(Dockerfile::parse(&edited).as_ref(), Ok(meant), "{edited}");
            Some(edited)
        }
        Err(EditError::Invalid(report)) => {
            assert!(report.has_errors() && meant.render().is_err(), "{report}");
            None
        }
        Err(error @ EditError::NotLocal(_)) => {
            assert!(meant.render().is_ok());
            assert!(!error.to_string().is_empty());
            None
        }
        Err(error) => panic!("{error}: {:?}", parsed.source()),
    }
}

/// The text is that of the model, in which nothing but a range has changed.
fn same_but(parsed: &Parsed<'_>, range: std::ops::Range<usize>, edited: &str, meant: &Dockerfile) {
    let text = parsed.source();
    assert_eq!(Dockerfile::parse(edited).as_ref(), Ok(meant), "{edited}");
    assert_eq!(edited.get(..range.start), text.get(..range.start));
    assert!(
        edited.ends_with(&text[range.end..]),
        "{edited:?} of {text:?}"
    );
}

/// All bytes are there in one piece or two, with something added between them: a blank line that is
/// below a heredoc anyway can be above what is added or below it.
fn adds(parsed: &Parsed<'_>, edited: &str) {
    let (old, new) = (parsed.source().as_bytes(), edited.as_bytes());
    let same = |(old, new): &(&u8, &u8)| old == new;
    let start = old.iter().zip(new).take_while(same).count();
    let end = old.iter().rev().zip(new.iter().rev()).take_while(same);
    assert!(
        new.len() >= old.len() && start + end.count() >= old.len(),
        "{edited:?} of {:?}",
        parsed.source()
    );
}

/// What is the same at the beginning and at the end of both models is the same in both texts.
fn says(parsed: &Parsed<'_>, edited: &str, meant: &Dockerfile) {
    let again = Parsed::new(edited);
    assert_eq!(again.file(), meant);
    let (old, new) = (units(parsed), units(&again));
    let same = |(old, new): &(&Unit<'_>, &Unit<'_>)| old.0 == new.0;
    let start = old.iter().zip(&new).take_while(same).count();
    let end = old[start..].iter().rev().zip(new[start..].iter().rev());
    let end = end.take_while(same).count();
    let kept = |units: &[Unit<'_>]| -> Vec<String> {
        let ends = units[..start].iter().chain(&units[units.len() - end..]);
        ends.map(|unit| unit.1.to_owned()).collect()
    };
    assert_eq!(
        kept(&old),
        kept(&new),
        "{edited:?} of {:?}",
        parsed.source()
    );
}

/// What a model has in a place, and how a text spells it.
type Unit<'t> = (String, &'t str);

fn units<'t>(parsed: &Parsed<'t>) -> Vec<Unit<'t>> {
    let file = parsed.file();
    let mut out = Vec::new();
    let mut unit = |at, model| {
        let spelled = parsed.slice(at, Part::Whole).expect("it was read");
        out.push((model, spelled));
    };
    for (n, arg) in file.args().iter().enumerate() {
        unit(At::Arg(n), format!("{arg:?}"));
    }
    for (n, stage) in file.stages().iter().enumerate() {
        let from = (stage.from_line(), stage.comments(), stage.description());
        unit(At::From(n), format!("{from:?}"));
        for (step, it) in stage.steps().iter().enumerate() {
            unit(At::Step { stage: n, step }, format!("{it:?}"));
        }
    }
    out
}

/// An edited text can be edited to say what it said.
fn taken_back(parsed: &Parsed<'_>, edited: &str) {
    let edited = Parsed::new(edited);
    match edited.update(parsed.file()) {
        Ok(text) => assert_eq!(Dockerfile::parse(&text).as_ref(), Ok(parsed.file())),
        // What was read need not be right.
        Err(EditError::Invalid(_)) => assert!(parsed.file().render().is_err()),
        Err(EditError::NotLocal(_)) => {}
        Err(error) => panic!("{error}"),
    }
}
