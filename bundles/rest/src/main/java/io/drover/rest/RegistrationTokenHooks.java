package io.drover.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.RandomText;
import java.net.URI;

/** Registration tokens are made here, shown to whoever may read them, and come with the commands that use them. */
final class RegistrationTokenHooks extends TypeHooks {

    private final Settings settings;

    RegistrationTokenHooks(Settings settings) {
        this.settings = settings;
    }

    @Override
    void store(Call call, ObjectNode resource, ObjectNode stored) {
        ObjectNode status = stored.withObject("/status");
        if (status.path("token").asText("").isEmpty()) {
            status.put("token", RandomText.secret());
        }
    }

    @Override
    void show(Call call, ObjectNode stored, ObjectNode resource) {
        String token = stored.at("/status/token").asText("");
        resource.put("token", token);
        if (token.isEmpty()) {
            return;
        }
        URI server = settings.serverUrl(call);
        String cluster = stored.at("/spec/clusterName").asText();
        String manifest = server + "/v3/import/" + token + "_" + cluster + ".yaml";
        resource.put("manifestUrl", manifest);
        resource.put("command", "kubectl apply -f " + manifest);
        resource.put("insecureCommand", "curl --insecure -sfL " + manifest + " | kubectl apply -f -");
        String agent = agentArguments(server, token);
        resource.put(
                "nodeCommand",
                "sudo docker run -d --privileged --restart=unless-stopped --net=host -v /etc/kubernetes:/etc/kubernetes "
                        + "-v /var/run:/var/run " + settings.agentImage() + " " + agent);
        resource.put("insecureNodeCommand", "");
        resource.put(
                "windowsNodeCommand",
                "PowerShell -NoLogo -NonInteractive -Command \"& {docker run -v c:\\:c:\\host " + settings.agentImage()
                        + " bootstrap " + agent + " | iex}\"");
        resource.put("insecureWindowsNodeCommand", "");
    }

    private String agentArguments(URI server, String token) {
        String checksum = settings.caChecksum();
        return "--server " + server + " --token " + token + (checksum.isEmpty() ? "" : " --ca-checksum " + checksum);
    }
}
