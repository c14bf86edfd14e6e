//! EXPOSE: the ports of the container.

use super::port::Port;
use crate::syntax::{Args, Part, ProblemKind, Syntax, Writer};

/// `EXPOSE <port>[-<port>][/<protocol>] ...`: says which ports the container listens on.
///
/// ```
/// use multistage::{Dockerfile, Stage, instruction::{Expose, Port}};
///
/// let mut file = Dockerfile::new();
/// file.push(Stage::new("nginx").expose(8080).with(Expose::new([Port::udp(53), Port::from(9000..=9002)])));
/// assert_eq!(file.render()?, "FROM nginx\nEXPOSE 8080\nEXPOSE 53/udp 9000-9002\n");
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#expose)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Expose {
    /// The ports, in order.
    pub ports: Vec<Port>,
}

impl Expose {
    /// `EXPOSE` with these ports.
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

    fn read(args: &mut Args<'_, '_>) -> Option<Expose> {
        args.no_flags();
        args.one("port")?;
        let mut ports = Vec::new();
        for (n, word) in args.words().iter().enumerate() {
            ports.push(Port::read(word, n, args));
        }
        Some(Expose { ports })
    }

    fn write(&self, w: &mut Writer<'_>) {
        if self.ports.is_empty() {
            w.problem(Part::Keyword, ProblemKind::Empty("port"));
        }
        for (n, port) in self.ports.iter().enumerate() {
            w.space();
            w.word(port, Part::Argument(n));
        }
    }
}
