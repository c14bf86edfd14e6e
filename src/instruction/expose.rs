//! EXPOSE: the ports of the container.

use super::port::Port;
use crate::reference::Typed as _;
use crate::scope::{NoteKind, Scope};
use crate::syntax::{Args, Part, ProblemKind, Syntax, Writer};

/// `EXPOSE <port>[-<port>][/<protocol>] ...`: says which ports the container listens on.
///
/// ```
/// use multistage::{Dockerfile, Stage, instruction::{Expose, Port}};
///
/// let mut file = Dockerfile::new();
/// file.push(Stage::new("nginx").expose(8080).instruction(Expose::new([Port::udp(53),
///     Port::from(9000..=9002)])));
/// assert_eq!(file.render()?, "FROM nginx\nEXPOSE 8080\nEXPOSE 53/udp 9000-9002\n");
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#expose)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Expose {
    /// The ports, in order.
    pub ports: Vec<Port>,
}

impl Expose {
    /// Creates an EXPOSE with these ports. None at all is an error.
    pub fn new<P: Into<Port>>(ports: impl IntoIterator<Item = P>) -> Expose {
        Expose {
            ports: ports.into_iter().map(Into::into).collect(),
        }
    }
}

impl<T: Into<Port>> From<T> for Expose {
    fn from(port: T) -> Expose {
        Expose {
            ports: vec![port.into()],
        }
    }
}

impl<T: Into<Port>, const N: usize> From<[T; N]> for Expose {
    fn from(ports: [T; N]) -> Expose {
        Expose::new(ports)
    }
}

impl<T: Into<Port>> From<Vec<T>> for Expose {
    fn from(ports: Vec<T>) -> Expose {
        Expose::new(ports)
    }
}

#[cfg(feature = "serde")]
crate::data::data_as_list!(Expose { ports: [Port] });

impl Syntax for Expose {
    const KEYWORD: &'static str = "EXPOSE";

    fn write(&self, w: &mut Writer<'_>) {
        if self.ports.is_empty() {
            w.problem(Part::Keyword, ProblemKind::Empty("port"));
        }
        for (n, port) in self.ports.iter().enumerate() {
            w.space();
            w.word(port.typed(), Part::Argument(n));
        }
    }
}

impl Expose {
    /// Reads the text after the keyword.
    pub(crate) fn read(args: &mut Args<'_, '_>) -> Option<Expose> {
        args.no_flags();
        args.one("port")?;
        let words = args.words();
        let mut ports = Vec::with_capacity(words.clone().count());
        for word in words {
            // Docker splits what it has expanded again, at every kind of white space.
            if word.text.contains(char::is_whitespace) {
                Port::read_several(&word, &mut ports, args);
            } else {
                ports.push(Port::read(&word, ports.len(), args));
            }
        }
        Some(Expose { ports })
    }
}

impl Expose {
    pub(crate) fn apply(&self, scope: &mut Scope<'_>) -> Option<()> {
        let mut ranges = Vec::new();
        let mut is_empty = true;
        for (n, port) in self.ports.iter().enumerate() {
            let part = Part::Argument(n);
            for word in scope.expand_words(port.text(), part)? {
                is_empty = false;
                let Some(text) = word.as_known() else {
                    continue;
                };
                match Port::spec(text) {
                    Some(spec) => {
                        if spec.protocol_in_capitals {
                            scope.note(part, NoteKind::PortProtocol(text.into()));
                        }
                        if spec.names_host {
                            scope.note(part, NoteKind::PortHost(text.into()));
                        }
                        ranges.push((word.text.clone(), spec.range));
                    }
                    // A literal one is reported about the model.
                    None if port.as_literal().is_some() => return None,
                    None => {
                        let message = format!("`{text}` is not a valid {}", Port::WHAT);
                        return scope.fail(part, message, format!("expected {}", Port::EXPECTED));
                    }
                }
            }
        }
        if is_empty {
            scope.note(Part::Argument(0), NoteKind::NoPorts);
        }
        for (text, range) in ranges {
            scope.state.ports.insert(text, range);
        }
        Some(())
    }
}
