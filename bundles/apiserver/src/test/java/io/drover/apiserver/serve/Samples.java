package io.drover.apiserver.serve;

import static io.drover.apiserver.access.Plane.await;
import static io.drover.apiserver.access.Plane.made;

import io.drover.apiserver.Asking;
import java.util.List;

/** Objects and a kind that tests of the API are made with. */
final class Samples {

    static final String MAPS = "/api/v1/namespaces/n/configmaps";
    static final String WIDGETS = "/apis/example.com/v1/namespaces/n/widgets";
    static final String DEFINITION = "{'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition',"
            + "'metadata':{'name':'widgets.example.com'},'spec':{'group':'example.com','scope':'Namespaced',"
            + "'names':{'plural':'widgets','kind':'Widget'},'versions':[{'name':'v1','served':true,'storage':true,"
            + "'subresources':{'status':{}},'schema':{'openAPIV3Schema':{'type':'object','properties':{"
            + "'spec':{'type':'object','required':['size'],'properties':{'size':{'type':'integer','minimum':1},"
            + "'color':{'type':'string','default':'red','enum':['red','green']},"
            + "'free':{'type':'object','x-kubernetes-preserve-unknown-fields':true},"
            + "'parts':{'type':'array','x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['name'],"
            + "'items':{'type':'object','properties':{'name':{'type':'string'},'n':{'type':'integer'}}}}}},"
            + "'status':{'type':'object','x-kubernetes-preserve-unknown-fields':true}}}}},"
            + "{'name':'v1beta1','served':true,'storage':false,'schema':{'openAPIV3Schema':{'type':'object',"
            + "'x-kubernetes-preserve-unknown-fields':true}}}]}}";

    private Samples() {}

    static String map(String name) {
        return "{'metadata':{'name':'" + name + "'},'data':{'a':'1'}}";
    }

    /** Defines widgets, and waits until they are served. */
    static void defineWidgets(Asking api) {
        made(api.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", DEFINITION));
        await(() -> api.get(WIDGETS).status() == 200);
    }

    /** Names of the maps that a query finds. */
    static List<String> names(Asking api, String query) {
        return api.get(MAPS + "?" + query).json().path("items").findValues("metadata").stream()
                .map(metadata -> metadata.path("name").asText())
                .toList();
    }
}
