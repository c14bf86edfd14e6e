//! `Port`: a port or a range of ports, with a protocol.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use smol_str::SmolStr;

use crate::reference::typed_text;
use crate::scope::PortRange;
use crate::syntax::bytes::Bytes;
use crate::syntax::{Args, Part, Position, Word, quote, typed};
use crate::text::{Escape, Text, View};

typed_text! {
    /// A port: `8080`, `53/udp`, `9000-9002/sctp`, or an expression.
    ///
    /// Numbers go from 0 to 65535, a range goes up, the protocol is `tcp` (the default), `udp` or
    /// `sctp`. An address and a host port (`127.0.0.1:80:8080`) are accepted and mean nothing to
    /// Docker.
    ///
    /// ```
    /// use multistage::instruction::Port;
    ///
    /// assert_eq!(Port::tcp(443), Port::from("443/tcp"));
    /// assert_eq!(Port::from(9000..=9002), "9000-9002".parse()?);
    /// assert_eq!("80000".parse::<Port>().unwrap_err().to_string(),
    ///     "`80000` is not a valid port: expected `PORT[-PORT][/tcp|/udp|/sctp]` from 0 to 65535");
    /// # Ok::<(), multistage::error::InvalidValue>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#expose)
    Port, "port", "`PORT[-PORT][/tcp|/udp|/sctp]` from 0 to 65535", valid = is_port, number = 65535
}

impl Port {
    /// Creates a TCP port, with the protocol spelled out: `443/tcp`.
    pub fn tcp(number: u16) -> Port {
        Port::from(format!("{number}/tcp"))
    }

    /// Creates a UDP port: `53/udp`.
    pub fn udp(number: u16) -> Port {
        Port::from(format!("{number}/udp"))
    }

    /// Creates an SCTP port: `7777/sctp`.
    pub fn sctp(number: u16) -> Port {
        Port::from(format!("{number}/sctp"))
    }
}

impl From<u16> for Port {
    fn from(number: u16) -> Port {
        Port::from(number.to_string())
    }
}

impl From<RangeInclusive<u16>> for Port {
    fn from(range: RangeInclusive<u16>) -> Port {
        Port::from(format!("{}-{}", range.start(), range.end()))
    }
}

impl Port {
    /// A word of EXPOSE. Quotes group nothing there, and what is not a plain port keeps its
    /// spelling.
    pub(crate) fn read(word: &Word<'_>, n: usize, args: &mut Args<'_, '_>) -> Port {
        let text = args.word(word, Part::Argument(n));
        let quoted = Bytes::of(word.text).have_quote_or(args.escape);
        if quoted && !is_spelled(&text, word.text, args.escape) {
            Port::from(Text::raw(word.text, args.escape))
        } else {
            typed(text, word.text, args.escape)
        }
    }
}

impl Port {
    /// A word with white space inside: several ports, or a spelling that is kept.
    pub(crate) fn read_several(word: &Word<'_>, ports: &mut Vec<Port>, args: &mut Args<'_, '_>) {
        let alive = ['"', '\'', '$', args.escape.char()];
        let mut parts = word.text.split(char::is_whitespace);
        if word.text.contains(alive) || parts.all(str::is_empty) {
            args.mark(Part::Argument(ports.len()), word.span.clone());
            ports.push(Port::from(Text::raw(word.text, args.escape)));
            return;
        }
        let mut at = 0;
        for part in word.text.split_inclusive(char::is_whitespace) {
            let text = part.trim_end();
            if !text.is_empty() {
                let start = word.span.start + at;
                let word = Word {
                    text,
                    span: start..start + text.len(),
                };
                ports.push(Port::read(&word, ports.len(), args));
            }
            at += part.len();
        }
    }
}

/// Returns `true` if the writer would spell the text so itself: the patterns of a `${…}` have
/// escapes and quotes too.
fn is_spelled(text: &Text, spelling: &str, escape: Escape) -> bool {
    let View::Expression(pieces) = text.view() else {
        return false;
    };
    let mut written = String::new();
    quote::push_expression(&mut written, pieces, Position::Word, escape).is_ok()
        && written == spelling
}

fn is_port(text: &str) -> bool {
    // Most are a number, and have nothing to take apart.
    let number = matches!(text.as_bytes(), [b'1'..=b'9', rest @ ..]
        if rest.len() < 4 && rest.iter().all(u8::is_ascii_digit));
    number || Port::spec(text).is_some()
}

/// A port, taken apart.
pub(crate) struct Spec {
    pub(crate) range: PortRange,
    /// `true` if the protocol is not in lower case.
    pub(crate) protocol_in_capitals: bool,
    /// `true` if an address or a port of the host is named.
    pub(crate) names_host: bool,
}

impl Port {
    /// Reads the ports of a text.
    pub(crate) fn spec(text: &str) -> Option<Spec> {
        if let Some(first) = number(text) {
            return Some(Spec::of((first, first), "tcp"));
        }
        let (ports, protocol) = text.split_once('/').unwrap_or((text, ""));
        let lower = protocol.to_ascii_lowercase();
        let known = match lower.as_str() {
            "" | "tcp" => "tcp",
            "udp" => "udp",
            "sctp" => "sctp",
            _ => return None,
        };
        let (outside, container) = match ports.rsplit_once(':') {
            Some((outside, container)) => (Some(outside), container),
            None => (None, ports),
        };
        let (first, last) = range(container)?;
        if !outside.is_none_or(|outside| is_host_side(outside, (first, last))) {
            return None;
        }
        Some(Spec {
            protocol_in_capitals: lower != protocol,
            names_host: outside.is_some_and(|outside| !outside.trim_matches(':').is_empty()),
            ..Spec::of((first, last), known)
        })
    }
}

impl Spec {
    fn of((first, last): (u16, u16), protocol: &'static str) -> Spec {
        Spec {
            range: PortRange {
                first,
                last,
                protocol: SmolStr::new_static(protocol),
            },
            protocol_in_capitals: false,
            names_host: false,
        }
    }
}

/// `[ip:]hostport` in front of the container's port.
fn is_host_side(text: &str, container: (u16, u16)) -> bool {
    let (ip, port) = match text.rsplit_once(':') {
        Some((ip, port)) => (ip, port),
        None => ("", text),
    };
    let bare = ip
        .strip_prefix('[')
        .and_then(|ip| ip.strip_suffix(']'))
        .unwrap_or(ip);
    let ip_ok = ip.is_empty() || bare.parse::<IpAddr>().is_ok();
    let length = |(first, last): (u16, u16)| last - first;
    let port_ok = port.is_empty()
        || range(port)
            .is_some_and(|host| length(container) == 0 || length(host) == length(container));
    ip_ok && port_ok
}

fn range(text: &str) -> Option<(u16, u16)> {
    let (first, last) = match text.split_once('-') {
        Some((first, last)) => (number(first)?, number(last)?),
        None => (number(text)?, number(text)?),
    };
    (first <= last).then_some((first, last))
}

fn number(text: &str) -> Option<u16> {
    // Rust's parser takes a leading `+` and zeros, as Docker's does.
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dockerfile, Stage, expr};

    #[cfg(feature = "parse")]
    #[test]
    fn a_pattern_is_no_raw_spelling() {
        let mut file = Dockerfile::new();
        file.push(Stage::new("a").expose(Port::from(expr("${P#\\*}"))));
        let text = file.render().unwrap_or_default();
        assert_eq!(text, "FROM a\nEXPOSE ${P#\\*}\n");
        assert_eq!(Dockerfile::parse(&text), Ok(file));
    }
}
