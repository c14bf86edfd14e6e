//! STOPSIGNAL: the signal that stops the container.

use crate::reference::{Typed, typed_text};
use crate::scope::Scope;
use crate::syntax::{Args, Part, Position, Syntax, Writer, typed};
use crate::text::suggest::nearest;

/// `STOPSIGNAL <signal>`: sets the signal that is sent to the container to stop it.
///
/// ```
/// use multistage::{Dockerfile, Stage};
///
/// let mut file = Dockerfile::new();
/// file.push(Stage::new("nginx").stopsignal("SIGQUIT"));
/// assert_eq!(file.render()?, "FROM nginx\nSTOPSIGNAL SIGQUIT\n");
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#stopsignal)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Stopsignal {
    /// The signal.
    pub signal: Signal,
}

impl Stopsignal {
    /// Creates a STOPSIGNAL with this signal.
    pub fn new(signal: impl Into<Signal>) -> Stopsignal {
        Stopsignal {
            signal: signal.into(),
        }
    }
}

impl<T: Into<Signal>> From<T> for Stopsignal {
    fn from(signal: T) -> Stopsignal {
        Stopsignal::new(signal)
    }
}

#[cfg(feature = "serde")]
crate::data::data_as_field!(Stopsignal { signal: Signal });

impl Syntax for Stopsignal {
    const KEYWORD: &'static str = "STOPSIGNAL";

    fn write(&self, w: &mut Writer<'_>) {
        w.space();
        w.typed(self.signal.typed(), Position::Rest, Part::Argument(0));
    }
}

impl Stopsignal {
    /// Reads the text after the keyword.
    ///
    /// Docker drops flags here without a word.
    pub(crate) fn read(args: &mut Args<'_, '_>) -> Option<Stopsignal> {
        let word = args.one("signal")?;
        let text = args.text(&word, Part::Argument(0));
        Some(Stopsignal {
            signal: typed(text, word.text, args.escape),
        })
    }
}

typed_text! {
    /// A signal: a Linux name with or without `SIG`, in any case, or a number other than 0.
    ///
    /// `SIGTERM`, `term`, `SIGRTMIN+3`, `9`, or an expression.
    ///
    /// ```
    /// use multistage::instruction::Signal;
    ///
    /// assert_eq!(Signal::from(9), Signal::from("9"));
    /// assert!("SIGTREM".parse::<Signal>().is_err());
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#stopsignal)
    Signal, "signal", "a name such as `SIGTERM`, or a number other than 0", valid = is_signal, number = u32::MAX
}

impl From<i32> for Signal {
    fn from(number: i32) -> Signal {
        Signal::from(number.to_string())
    }
}

/// The names of Linux, without `SIG`.
const SIGNALS: &[&str] = &[
    "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL",
    "PIPE", "POLL", "PROF", "PWR", "QUIT", "RTMAX", "RTMIN", "SEGV", "STKFLT", "STOP", "SYS",
    "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU",
    "XFSZ",
];

/// Returns the signal whose name is nearest to a misspelt one.
pub(crate) fn nearest_signal(text: &str) -> Option<String> {
    let prefix = text
        .get(..3)
        .filter(|prefix| prefix.eq_ignore_ascii_case("SIG"));
    let name = text.get(prefix.map_or(0, str::len)..)?;
    let near = nearest(name, SIGNALS.iter().copied())?;
    Some(format!("SIG{near}"))
}

fn is_signal(text: &str) -> bool {
    if let Ok(number) = text.parse::<i64>() {
        return number != 0;
    }
    let upper = text.to_ascii_uppercase();
    let name = upper.strip_prefix("SIG").unwrap_or(&upper);
    let real_time = |offset: Option<&str>, max: u32| {
        offset.is_some_and(|n| {
            !n.starts_with('0')
                && n.bytes().all(|b| b.is_ascii_digit())
                && n.parse().is_ok_and(|n: u32| n <= max)
        })
    };
    SIGNALS.contains(&name)
        || real_time(name.strip_prefix("RTMIN+"), 15)
        || real_time(name.strip_prefix("RTMAX-"), 14)
}

impl Stopsignal {
    pub(crate) fn apply(&self, scope: &mut Scope<'_>) -> Option<()> {
        let typed = self.signal.typed();
        let near = |text: &str| Some(format!("did you mean `{}`?", nearest_signal(text)?));
        let signal = scope.expand_typed_with(typed, Part::Argument(0), &near)?;
        scope.state.rare.stop_signal = signal.text;
        Some(())
    }
}
