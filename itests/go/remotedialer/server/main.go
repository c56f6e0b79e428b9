// Command server is a tunnel server built on the real remotedialer. Clients name themselves in the header X-Tunnel-ID.
// Each -forward opens a local TCP port whose connections go through a client to an address that the client reaches.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/rancher/remotedialer"
)

type list []string

func (l *list) String() string { return strings.Join(*l, " ") }

func (l *list) Set(value string) error {
	*l = append(*l, value)
	return nil
}

func main() {
	var forwards list
	listen := flag.String("listen", "127.0.0.1:0", "address for clients")
	certificate := flag.String("cert", "", "certificate file; with it, clients come by TLS")
	key := flag.String("key", "", "the certificate's key file")
	flag.Var(&forwards, "forward", "port to open, as 'listen=client/address'; may be repeated")
	flag.Parse()

	tunnels := remotedialer.New(func(request *http.Request) (string, bool, error) {
		id := request.Header.Get("X-Tunnel-ID")
		return id, id != "", nil
	}, remotedialer.DefaultErrorWriter)

	for _, forward := range forwards {
		if err := open(tunnels, forward); err != nil {
			fail(err)
		}
	}

	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		fail(err)
	}
	fmt.Println("listening", listener.Addr())
	server := &http.Server{Handler: tunnels, ReadHeaderTimeout: 10 * time.Second}
	if *certificate != "" {
		fail(server.ServeTLS(listener, *certificate, *key))
	}
	fail(server.Serve(listener))
}

func open(tunnels *remotedialer.Server, forward string) error {
	local, remote, found := strings.Cut(forward, "=")
	client, address, alsoFound := strings.Cut(remote, "/")
	if !found || !alsoFound {
		return errors.New("not 'listen=client/address': " + forward)
	}
	listener, err := net.Listen("tcp", local)
	if err != nil {
		return err
	}
	fmt.Println("forwarding", listener.Addr(), "to", remote)
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go carry(tunnels, client, address, connection)
		}
	}()
	return nil
}

func carry(tunnels *remotedialer.Server, client, address string, local net.Conn) {
	defer local.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	far, err := tunnels.Dialer(client)(ctx, "tcp", address)
	if err != nil {
		fmt.Println("no stream:", err)
		return
	}
	defer far.Close()
	ended := make(chan error, 2)
	go func() {
		_, err := io.Copy(far, local)
		ended <- err
	}()
	go func() {
		_, err := io.Copy(local, far)
		ended <- err
	}()
	if err := <-ended; err != nil {
		fmt.Println("stream ended:", err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
