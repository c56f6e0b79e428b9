package main

// What is planned and applied, in this order.
var manifests = []string{
	`
apiVersion: v1
kind: Namespace
metadata: {name: terraform, labels: {by: terraform}}
`, `
apiVersion: v1
kind: ConfigMap
metadata: {name: map, namespace: terraform}
data: {name: mine, more: "true"}
`, `
apiVersion: v1
kind: Secret
metadata: {name: secret, namespace: terraform}
type: Opaque
data: {a: Yg==}
`, `
apiVersion: v1
kind: ServiceAccount
metadata: {name: account, namespace: terraform}
automountServiceAccountToken: false
`, `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: role, namespace: terraform}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [get]}]
`, `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: binding, namespace: terraform}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: role}
subjects: [{kind: ServiceAccount, name: account, namespace: terraform}]
`, `
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: {name: lease, namespace: terraform}
spec: {holderIdentity: me, leaseDurationSeconds: 5}
`, `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: boats.terraform.example.com}
spec:
  group: terraform.example.com
  scope: Namespaced
  names: {kind: Boat, plural: boats}
  conversion: {strategy: None}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              name: {type: string}
              masts: {type: integer, default: 2}
              ports: {type: array, items: {type: object, properties: {port: {x-kubernetes-int-or-string: true}}}}
              cargo: {type: object, additionalProperties: {type: number}}
`, `
apiVersion: terraform.example.com/v1
kind: Boat
metadata: {name: boat, namespace: terraform, annotations: {a: b}}
spec: {name: mine, ports: [{port: 80}, {port: http}], cargo: {tea: 1.5, rum: 2}}
`,
}
