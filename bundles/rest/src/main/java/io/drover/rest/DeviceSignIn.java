package io.drover.rest;

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
public record DeviceSignIn(
        String waitsAs,
        String publicKey,
        String responseType,
        String address,
        String source,
        String askedAt,
        String waitsUntil) {}
