//! What is known of images that many files start from, and that stays true from version to version.

use crate::rules::place::short;

/// What an image is like that is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// What the names of the variables begin with that it sets, besides `PATH`.
    pub(super) sets: &'static [&'static str],
    /// What it has the tools to build.
    pub(super) builds: Option<Builds>,
    /// Whether its commands run as root.
    pub(super) root: bool,
}

/// What an image has the tools to build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Builds {
    C,
    Dotnet,
    Go,
    Haskell,
    Java,
    Node,
    Rust,
    Swift,
}

/// What is known of an image, by its full name.
pub(super) fn known(image: &str) -> Option<Known> {
    let name = image.split('@').next().unwrap_or(image);
    let (path, tag) = match name.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => (path, tag),
        _ => (name, ""),
    };
    let known = |sets, builds| {
        Some(Known {
            sets,
            builds,
            // On Windows nobody is called root.
            root: !tag.contains("windows") && !tag.contains("nanoserver"),
        })
    };
    if let Some(path) = path.strip_prefix("mcr.microsoft.com/dotnet/") {
        const DOTNET: &[&str] = &["DOTNET_", "ASPNET", "NUGET_", "POWERSHELL_", "APP_UID"];
        return match path {
            "sdk" | "nightly/sdk" => known(DOTNET, Some(Builds::Dotnet)),
            // The tags without a shell have a user.
            "aspnet" | "runtime" | "runtime-deps" => Some(Known {
                sets: DOTNET,
                builds: None,
                root: !tag.contains("chiseled") && !tag.contains("distroless"),
            }),
            _ => None,
        };
    }
    const JAVA: &[&str] = &["JAVA_", "LANG", "LC_ALL"];
    match path.strip_prefix("docker.io/")? {
        "library/alpine"
        | "library/debian"
        | "library/ubuntu"
        | "library/busybox"
        | "library/buildpack-deps"
        | "library/almalinux"
        | "library/rockylinux"
        | "library/oraclelinux"
        | "library/amazonlinux"
        | "library/centos" => known(&[], None),
        "library/fedora" => known(&["DISTTAG", "FGC", "FBR"], None),
        "library/archlinux" => known(&["LANG"], None),
        "library/gcc" => known(&["GCC_", "GPG_", "GCC_MIRRORS"], Some(Builds::C)),
        "library/golang" => known(&["GO"], Some(Builds::Go)),
        "library/haskell" => known(&["LANG", "CABAL_", "STACK_", "GHC"], Some(Builds::Haskell)),
        "library/maven" => known(&["JAVA_", "MAVEN_", "LANG", "LC_ALL"], Some(Builds::Java)),
        "library/gradle" => known(&["JAVA_", "GRADLE_", "LANG", "LC_ALL"], Some(Builds::Java)),
        "library/eclipse-temurin" | "library/openjdk" | "library/amazoncorretto" => {
            let runtime = tag.contains("jre");
            known(JAVA, Some(Builds::Java).filter(|_| !runtime))
        }
        "library/node" => known(&["NODE_VERSION", "YARN_VERSION"], Some(Builds::Node)),
        "oven/bun" => known(&["BUN_"], Some(Builds::Node)),
        "library/perl" => known(&["PERL_"], None),
        "library/php" => known(&["PHP", "GPG_"], None),
        "library/python" => known(&["PYTHON", "GPG_", "LANG"], None),
        "library/ruby" => known(&["RUBY_", "GEM_", "BUNDLE_", "LANG"], None),
        "library/rust" => known(&["RUST", "CARGO_"], Some(Builds::Rust)),
        "library/swift" => {
            let runtime = tag.contains("slim");
            known(&["SWIFT_"], Some(Builds::Swift).filter(|_| !runtime))
        }
        _ => None,
    }
}

/// Whether an image has a C compiler and the headers of common libraries already: the official images of languages
/// that are made from `buildpack-deps`, unless the tag says that they are small.
pub(super) fn has_compiler(image: &str) -> bool {
    const NAMESPACES: &[&str] = &[
        "library", "amd64", "arm32v5", "arm32v7", "arm64v8", "i386", "ppc64le", "riscv64", "s390x",
    ];
    const IMAGES: &[&str] = &[
        "buildpack-deps",
        "gcc",
        "golang",
        "haskell",
        "node",
        "perl",
        "python",
        "ruby",
        "rust",
    ];
    let name = image.split('@').next().unwrap_or(image);
    let (path, tag) = name.rsplit_once(':').unwrap_or((name, ""));
    let Some((namespace, name)) = path
        .strip_prefix("docker.io/")
        .and_then(|path| path.split_once('/'))
    else {
        return false;
    };
    let small = ["slim", "alpine", "curl", "scm", "windows", "nanoserver"];
    NAMESPACES.contains(&namespace)
        && IMAGES.contains(&name)
        && !small.iter().any(|word| tag.contains(word))
}

/// Whether a name without a tag is that of an image that many files start from.
pub(super) fn is_common(name: &str) -> bool {
    const OTHERS: &[&str] = &[
        "cassandra",
        "composer",
        "consul",
        "couchdb",
        "docker",
        "drupal",
        "elasticsearch",
        "elixir",
        "erlang",
        "ghost",
        "haproxy",
        "httpd",
        "influxdb",
        "jenkins",
        "joomla",
        "julia",
        "kong",
        "mariadb",
        "memcached",
        "mongo",
        "mysql",
        "nats",
        "neo4j",
        "nextcloud",
        "nginx",
        "postgres",
        "rabbitmq",
        "redis",
        "registry",
        "redmine",
        "solr",
        "tomcat",
        "traefik",
        "vault",
        "wordpress",
        "zookeeper",
    ];
    OTHERS.contains(&name) || known(&format!("docker.io/library/{name}:latest")).is_some()
}

/// Why the name of an image may mean another one tomorrow: "`node` has no tag".
pub(super) fn unpinned(image: &str) -> Option<String> {
    if image.contains('@') || carries_release(image) {
        return None;
    }
    let last = image.rsplit('/').next().unwrap_or(image);
    match last.split_once(':') {
        None => Some(format!("`{}` has no tag", short(image))),
        Some((_, "latest")) => Some(format!("`{}` is whatever is latest", short(image))),
        Some(_) => None,
    }
}

/// Whether the release is part of the name of an image, so that its tag says little.
fn carries_release(image: &str) -> bool {
    let last = image.rsplit('/').next().unwrap_or(image);
    let name = last.split(['@', ':']).next().unwrap_or(last);
    let digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let of_debian = image.contains("distroless/")
        && name
            .split_once("debian")
            .is_some_and(|(_, release)| digit(release));
    of_debian || name.strip_prefix("ubi").is_some_and(digit)
}
