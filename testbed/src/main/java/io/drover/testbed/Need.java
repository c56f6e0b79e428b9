package io.drover.testbed;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What clusters and tests may need of a machine besides a JDK. */
public enum Need {
    /** To build what comes as source. */
    GO(Map.of()),

    /** A real Kubernetes without nodes. */
    CLUSTER(Map.of("unshare", "util-linux", "nsenter", "util-linux", "setpriv", "util-linux", "setsid", "util-linux")),

    /** One with a node, which is root's to start. */
    NODE(and(
            CLUSTER,
            Map.of(
                    "containerd", "containerd",
                    "containerd-shim-runc-v2", "containerd",
                    "ctr", "containerd",
                    "runc", "runc",
                    "iptables", "iptables",
                    "conntrack", "conntrack",
                    "ip", "iproute2",
                    "mount", "mount"))),

    SLAPD(Map.of("slapd", "slapd", "ldapmodify", "ldap-utils")),

    SAMBA(Map.of("samba", Samba.PACKAGES, "samba-tool", Samba.PACKAGES)),

    /** A browser, and what controls it. */
    CHROMIUM(Map.of("chromium", "chromium", "chromedriver", "chromium-driver"));

    private static final class Samba {
        static final String PACKAGES = "samba samba-ad-provision samba-dsdb-modules python3-samba";
    }

    private final Map<String, String> programs;

    Need(Map<String, String> programs) {
        this.programs = programs;
    }

    /** Each program that is needed, and the Debian packages that have it. */
    Map<String, List<String>> programs() {
        Map<String, List<String>> packages = new HashMap<>();
        programs.forEach((program, names) -> packages.put(program, List.of(names.split(" "))));
        return packages;
    }

    private static Map<String, String> and(Need need, Map<String, String> programs) {
        Map<String, String> all = new HashMap<>(need.programs);
        all.putAll(programs);
        return all;
    }
}
