//! A string is data: whatever it holds, an independent reader finds the instructions that the
//! model has, or there is a report.

use multistage::instruction::{Healthcheck, Mount, Run};
use multistage::{Dockerfile, Escape, Stage, literal};
use proptest::prelude::*;

use crate::{hostile, spec};

/// A stage for each place that a string can be put in.
fn stages(text: &str) -> Vec<(&'static str, Stage)> {
    let stage = || Stage::new("alpine");
    vec![
        ("label", stage().label("key", literal(text))),
        ("env", stage().env("KEY", literal(text))),
        ("workdir", stage().workdir(literal(text))),
        ("user", stage().user(literal(text))),
        ("copy", stage().copy(literal(text), "/there/")),
        ("run", stage().run(text)),
        ("cmd", stage().cmd([text])),
        ("script", stage().run(Run::script(text))),
        (
            "mount",
            stage().run(Run::new("true").mount(Mount::cache(literal(text)))),
        ),
        ("healthcheck", stage().healthcheck(Healthcheck::new([text]))),
        ("comment", stage().comment(text).user("app")),
    ]
}

proptest! {
    #[test]
    fn no_string_starts_an_instruction(text in hostile::strings(&["plain", "/srv"]), backtick: bool) {
        for (place, stage) in stages(&text) {
            let keywords: Vec<&str> = std::iter::once("FROM")
                .chain(stage.steps().iter().map(|step| step.instruction().keyword()))
                .chain(["VOLUME"])
                .collect();
            let mut file = Dockerfile::new();
            if backtick {
                file.set_escape(Escape::Backtick);
            }
            file.push(stage.volume("/last"));
            let Ok(rendered) = file.render() else { continue };
            let read = spec::read(&rendered).map_err(|error| TestCaseError::fail(format!("{place}: {error}\n{rendered}")))?;
            let found: Vec<String> = read.instructions.iter().map(|it| it.keyword.to_ascii_uppercase()).collect();
            prop_assert_eq!(&found, &keywords, "{}: {}", place, rendered);
        }
    }
}
