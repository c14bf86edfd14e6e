//! The package managers: how each is called, and what it takes for the name of a package.

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Manager {
    Apt,
    AptSatisfy,
    Apk,
    Dnf,
    Microdnf,
    Tdnf,
    Zypper,
}

/// The commands of a package manager: `@` is its program.
pub(super) struct Recipe {
    /// Id and target of what is kept from build to build.
    pub(super) caches: &'static [(&'static str, &'static str)],
    pub(super) before: &'static [&'static str],
    pub(super) install: &'static str,
    pub(super) after: &'static [&'static str],
    pub(super) remove: Option<&'static str>,
    /// The form of a package's name, for messages.
    pub(super) expected: &'static str,
}

impl Manager {
    pub(super) fn program(self) -> &'static str {
        match self {
            Manager::Apt | Manager::AptSatisfy => "apt-get",
            Manager::Apk => "apk",
            Manager::Dnf => "dnf",
            Manager::Microdnf => "microdnf",
            Manager::Tdnf => "tdnf",
            Manager::Zypper => "zypper",
        }
    }

    pub(super) fn recipe(self, cached: bool) -> Recipe {
        match self {
            Manager::Apt | Manager::AptSatisfy => self.apt(cached),
            Manager::Apk => Recipe {
                caches: if cached {
                    &[("apk", "/var/cache/apk")]
                } else {
                    &[]
                },
                // apk keeps packages only where this link says so.
                before: if cached {
                    &["ln -sfn /var/cache/apk /etc/apk/cache"]
                } else {
                    &[]
                },
                install: if cached {
                    "@ add --update-cache"
                } else {
                    "@ add --no-cache"
                },
                after: if cached { &["rm /etc/apk/cache"] } else { &[] },
                remove: Some("@ del --no-network"),
                expected: APK,
            },
            Manager::Dnf if cached => Recipe {
                // The second one is that of dnf 5.
                caches: &[("dnf", "/var/cache/dnf"), ("libdnf5", "/var/cache/libdnf5")],
                install: "@ install -y --setopt=install_weak_deps=False --setopt=keepcache=True",
                ..DNF_RECIPE
            },
            Manager::Dnf => Recipe {
                install: "@ install -y --setopt=install_weak_deps=False",
                after: &["@ clean all"],
                ..DNF_RECIPE
            },
            Manager::Microdnf if cached => Recipe {
                caches: &[("microdnf", "/var/cache/yum")],
                install: "@ install -y --setopt=install_weak_deps=0 --setopt=keepcache=1",
                ..DNF_RECIPE
            },
            Manager::Microdnf => Recipe {
                install: "@ install -y --setopt=install_weak_deps=0",
                after: &["@ clean all"],
                ..DNF_RECIPE
            },
            Manager::Tdnf if cached => Recipe {
                caches: &[("tdnf", "/var/cache/tdnf")],
                install: "@ install -y --setopt=keepcache=1",
                ..DNF_RECIPE
            },
            Manager::Tdnf => Recipe {
                install: "@ install -y",
                after: &["@ clean all"],
                ..DNF_RECIPE
            },
            Manager::Zypper => Recipe {
                caches: if cached {
                    &[("zypp", "/var/cache/zypp")]
                } else {
                    &[]
                },
                before: &[],
                install: "@ --non-interactive install --no-recommends",
                after: if cached { &[] } else { &["@ clean --all"] },
                remove: Some("@ --non-interactive remove --clean-deps"),
                expected: ZYPPER,
            },
        }
    }

    fn apt(self, cached: bool) -> Recipe {
        let (install, expected) = match self {
            Manager::AptSatisfy => ("@ satisfy -y --no-install-recommends", SATISFY),
            _ => ("@ install -y --no-install-recommends", APT),
        };
        let remove = Some("@ purge -y --auto-remove");
        if !cached {
            return Recipe {
                caches: &[],
                before: &["@ update"],
                install,
                after: &["rm -rf /var/lib/apt/lists/*"],
                remove,
                expected,
            };
        }
        Recipe {
            caches: &[
                ("apt-cache", "/var/cache/apt"),
                ("apt-lists", "/var/lib/apt/lists"),
            ],
            // The images of Debian and Ubuntu have a hook that empties the cache.
            before: &["rm -f /etc/apt/apt.conf.d/docker-clean", "@ update"],
            install,
            after: &[],
            remove,
            expected,
        }
    }

    /// Returns `true` if the package manager takes a name for one package, and for nothing else.
    pub(super) fn takes(self, name: &str) -> bool {
        if let Some(path) = name.strip_prefix("./").or_else(|| name.strip_prefix('/')) {
            let in_path = |c: char| is_name(c) || matches!(c, '/' | '~' | '_');
            return path.ends_with(char::is_alphanumeric) && path.chars().all(in_path);
        }
        let mut chars = name.chars();
        let first = chars.next().unwrap_or(' ');
        match self {
            Manager::Apt => is_apt(name),
            Manager::AptSatisfy => {
                let also =
                    |c: char| matches!(c, ' ' | ':' | '(' | ')' | '<' | '>' | '=' | '~' | '|');
                first.is_ascii_alphanumeric()
                    && !name.ends_with(' ')
                    && chars.all(|c| is_name(c) || also(c))
            }
            Manager::Apk => {
                (first.is_ascii_alphanumeric() || first == '_')
                    && chars
                        .all(|c| is_name(c) || matches!(c, '_' | ':' | '@' | '=' | '<' | '>' | '~'))
            }
            Manager::Zypper => {
                (first.is_ascii_alphanumeric() || first == '_')
                    && chars
                        .all(|c| is_name(c) || matches!(c, '_' | ':' | '=' | '<' | '>' | '~' | '^'))
            }
            Manager::Dnf | Manager::Microdnf | Manager::Tdnf => {
                (first.is_ascii_alphanumeric() || matches!(first, '_' | '@'))
                    && chars
                        .all(|c| is_name(c) || matches!(c, '_' | ':' | '~' | '^' | '*' | '(' | ')'))
            }
        }
    }
}

const APT: &str = "one package such as `curl`, `curl=8.5.0-2` or `libc6:arm64`";
const APK: &str = "one package such as `curl`, `curl=8.5.0-r0` or `curl>8`";
const DNF: &str = "one package such as `curl`, `curl-8.5.0` or `@development-tools`";

const SATISFY: &str = "one dependency such as `curl`, `curl (>= 8.5)` or `curl:native`";
const ZYPPER: &str = "one package such as `curl`, `curl=8.5.0` or `pattern:devel_basis`";

/// The recipe that `dnf` and its relatives share.
const DNF_RECIPE: Recipe = Recipe {
    caches: &[],
    before: &[],
    install: "@ install -y",
    after: &[],
    remove: Some("@ remove -y"),
    expected: DNF,
};

/// A name, `name:arch`, `name=version` or `name/release`.
fn is_apt(name: &str) -> bool {
    let version = |c: char| is_name(c) || matches!(c, ':' | '~' | '*');
    let release = |c: char| is_name(c) || c == '_';
    let (name, rest_ok) = if let Some((name, rest)) = name.split_once('=') {
        (name, !rest.is_empty() && rest.chars().all(version))
    } else if let Some((name, rest)) = name.split_once('/') {
        (name, !rest.is_empty() && rest.chars().all(release))
    } else {
        (name, true)
    };
    let (name, arch) = name.split_once(':').unwrap_or((name, "any"));
    let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    rest_ok
        && name.starts_with(lower)
        && name.chars().all(|c| lower(c) || matches!(c, '+' | '.' | '-'))
        // `curl-` removes the package.
        && !name.ends_with('-')
        && arch.starts_with(lower)
        && arch.chars().all(|c| lower(c) || c == '-')
        && !arch.ends_with('-')
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-')
}
