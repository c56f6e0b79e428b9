package io.drover.controllers.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AccessNamesTest {

    @Test
    void namesBindingsAsTheVectorsDo() {
        assertThat(AccessNames.clusterRoleBinding("cluster-owner", "User", "u-abcde"))
                .isEqualTo("crb-m3etx6ecxt");
    }

    @Test
    void namesGlobalAdministratorsAsTheVectorsDo() {
        assertThat(AccessNames.globalAdministrator("Group", "okta_group://devs"))
                .isEqualTo("globaladmin-u-i2wfen4bm5");
        assertThat(AccessNames.globalAdministrator("User", "user-abcde")).isEqualTo("globaladmin-user-abcde");
    }

    @Test
    void shortensLabelsAsTheVectorDoes() {
        assertThat(AccessNames.labelValue("c-m-abcdefgh_" + "x".repeat(60)))
                .isEqualTo("c-m-abcdefgh_" + "x".repeat(44) + "-23a2e");
        assertThat(AccessNames.labelValue("c-abcde_crtb-xyz12")).isEqualTo("c-abcde_crtb-xyz12");
    }

    @Test
    void endsNoLabelWithASignThatLabelsMayNotEndWith() {
        assertThat(AccessNames.labelValue("a".repeat(56) + "_" + "b".repeat(20)))
                .hasSize(63)
                .matches("a{56}-[0-9a-f]{6}");
    }
}
