package io.drover.shell.plane;

import io.drover.api.plane.ManagementPlane;
import io.drover.shell.DroverCommand;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;

/** A command about one object of the management plane. */
abstract class ObjectCommand extends DroverCommand {

    @Argument(
            index = 0,
            name = "resource",
            description = "Such as configmaps, cm, clusters.management.cattle.io",
            required = true)
    String resource;

    @Argument(index = 1, name = "name", description = "Name of the object", required = true)
    String name;

    @Option(name = "-n", aliases = "--namespace", description = "Namespace of the object, if it is in one")
    String namespace = "default";

    @Reference
    ManagementPlane plane;

    final ObjectPath path() {
        return ObjectPath.of(plane.client(), resource, namespace, name);
    }
}
