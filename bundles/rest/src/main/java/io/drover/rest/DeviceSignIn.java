package io.drover.rest;

import io.drover.api.kind.Description;
import io.drover.api.kind.Kind;

/**
 * A program that waits for somebody to sign in for it elsewhere. It is named after the code that is typed there.
 *
 * @param waitsAs name of the object in which its token will wait
 * @param publicKey with which that is to be sealed
 * @param responseType what the token is good for: {@code kubeconfig}, or {@code kubeconfig_} and a cluster's id
 * @param address that it asked from
 * @param source that address as it is counted
 * @param askedAt RFC 3339
 * @param waitsUntil RFC 3339
 */
@Kind(plural = "devicesignins", namespaced = true)
@Description("A program that waits for somebody to sign in for it elsewhere. Its name is the code that is typed there.")
public record DeviceSignIn(
        @Description("Name of the object in which its token will wait.") String waitsAs,
        @Description("What the token will be encrypted with.") String publicKey,
        @Description("What the token is good for: kubeconfig, or kubeconfig_ and the id of a cluster.")
                String responseType,
        @Description("Where it asked from.") String address,
        @Description("That address, as requests are counted by.") String source,
        @Description("When it asked.") String askedAt,
        @Description("When it stops waiting.") String waitsUntil) {}
