//! Facts about common base images that stay true from version to version.

use crate::rules::place::short;

/// A known image.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// The prefixes of the names of the variables that it sets, besides `PATH`.
    pub(super) sets: &'static [&'static str],
    /// The language that it has the tools to build.
    pub(super) builds: Option<Builds>,
    /// `true` if its commands run as root.
    pub(super) root: bool,
}

/// The languages that images have the tools to build.
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

/// Returns the known facts about an image, by its full name.
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

/// Returns `true` if an image has a C compiler and the headers of common libraries already: the
/// official images of languages that are made from `buildpack-deps`, unless the tag says that they
/// are small.
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

/// Returns `true` if a name without a tag is that of one of Docker's official images, of today or
/// of former days.
pub(super) fn is_common(name: &str) -> bool {
    OFFICIAL.binary_search(&name).is_ok()
}

/// Docker's official images, sorted.
const OFFICIAL: &[&str] = &[
    "adminer",
    "aerospike",
    "almalinux",
    "alpine",
    "alt",
    "amazoncorretto",
    "amazonlinux",
    "api-firewall",
    "arangodb",
    "archlinux",
    "azul-zulu",
    "backdrop",
    "bash",
    "bonita",
    "buildpack-deps",
    "busybox",
    "caddy",
    "cassandra",
    "celery",
    "centos",
    "chronograf",
    "cirros",
    "clearlinux",
    "clefos",
    "clickhouse",
    "clojure",
    "composer",
    "consul",
    "convertigo",
    "couchbase",
    "couchdb",
    "crate",
    "crux",
    "dart",
    "debian",
    "django",
    "docker",
    "docker-dev",
    "drupal",
    "eclipse-mosquitto",
    "eclipse-temurin",
    "eggdrop",
    "elasticsearch",
    "elixir",
    "emqx",
    "erlang",
    "euleros",
    "express-gateway",
    "fedora",
    "flink",
    "fluentd",
    "friendica",
    "fsharp",
    "gazebo",
    "gcc",
    "geonetwork",
    "ghost",
    "glassfish",
    "golang",
    "gradle",
    "groovy",
    "haproxy",
    "haskell",
    "haxe",
    "hello-seattle",
    "hello-world",
    "hipache",
    "hitch",
    "hola-mundo",
    "httpd",
    "hylang",
    "ibm-semeru-runtimes",
    "ibmjava",
    "influxdb",
    "iojs",
    "irssi",
    "java",
    "jenkins",
    "jetty",
    "jobber",
    "joomla",
    "jruby",
    "julia",
    "kaazing-gateway",
    "kapacitor",
    "kibana",
    "known",
    "kong",
    "krakend",
    "lightstreamer",
    "liquibase",
    "logstash",
    "mageia",
    "mariadb",
    "matomo",
    "maven",
    "mediawiki",
    "memcached",
    "mongo",
    "mongo-express",
    "monica",
    "mono",
    "mysql",
    "nats",
    "nats-streaming",
    "neo4j",
    "neurodebian",
    "nextcloud",
    "nginx",
    "node",
    "notary",
    "nuxeo",
    "odoo",
    "open-liberty",
    "openjdk",
    "opensuse",
    "oraclelinux",
    "orientdb",
    "owncloud",
    "percona",
    "perl",
    "photon",
    "php",
    "php-zendserver",
    "phpmyadmin",
    "piwik",
    "plone",
    "postfixadmin",
    "postgres",
    "pypy",
    "python",
    "r-base",
    "rabbitmq",
    "rails",
    "rakudo-star",
    "rapidoid",
    "redis",
    "redmine",
    "registry",
    "rethinkdb",
    "rocket.chat",
    "rockylinux",
    "ros",
    "ruby",
    "rust",
    "sapmachine",
    "satosa",
    "scratch",
    "sentry",
    "silverpeas",
    "sl",
    "solr",
    "sonarqube",
    "sourcemage",
    "spark",
    "spiped",
    "storm",
    "swarm",
    "swift",
    "swipl",
    "teamspeak",
    "telegraf",
    "thrax",
    "tomcat",
    "tomee",
    "traefik",
    "ubuntu",
    "ubuntu-debootstrap",
    "ubuntu-upstart",
    "unit",
    "valkey",
    "varnish",
    "vault",
    "websphere-liberty",
    "websphere-traditional",
    "wordpress",
    "xwiki",
    "yourls",
    "znc",
    "zookeeper",
];

/// The reason why the name of an image may mean another one tomorrow: "`node` has no tag".
pub(super) fn unpinned(image: &str) -> Option<String> {
    if image.contains('@') || carries_release(image) {
        return None;
    }
    let last = image.rsplit('/').next().unwrap_or(image);
    match last.split_once(':') {
        None => Some(format!("`{}` has no tag", short(image))),
        Some((_, "latest")) => Some(format!("`{}` has no fixed version", short(image))),
        Some(_) => None,
    }
}

/// Returns `true` if the release is part of the name of an image, so that its tag says little.
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

#[cfg(test)]
mod tests {
    #[test]
    fn the_official_images_are_sorted() {
        assert!(super::OFFICIAL.is_sorted_by(|a, b| a < b));
    }
}
