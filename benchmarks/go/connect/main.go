// Command connect opens a local TCP port whose connections go through an HTTP CONNECT proxy on a unix socket to one
// address. Konnectivity's server has no ports of its own; this gives it one, at the price of a hop.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
)

func main() {
	listen := flag.String("listen", "", "address to listen on")
	proxy := flag.String("proxy", "", "the proxy's unix socket")
	target := flag.String("target", "", "address asked for with CONNECT")
	flag.Parse()

	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for {
		local, err := listener.Accept()
		if err != nil {
			return
		}
		go carry(local.(*net.TCPConn), *proxy, *target)
	}
}

func carry(local *net.TCPConn, proxy, target string) {
	defer local.Close()
	connection, err := net.Dial("unix", proxy)
	if err != nil {
		fmt.Println("no proxy:", err)
		return
	}
	far := connection.(*net.UnixConn)
	defer far.Close()
	fmt.Fprintf(far, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", target, target)
	reader := bufio.NewReader(far)
	answer, err := http.ReadResponse(reader, &http.Request{Method: http.MethodConnect})
	if err != nil || answer.StatusCode != http.StatusOK {
		fmt.Println("no stream:", answer, err)
		return
	}
	if reader.Buffered() > 0 {
		early, _ := reader.Peek(reader.Buffered())
		if _, err := local.Write(early); err != nil {
			return
		}
	}
	ended := make(chan struct{}, 2)
	go func() {
		io.Copy(far, local)
		far.CloseWrite()
		ended <- struct{}{}
	}()
	go func() {
		io.Copy(local, far)
		local.CloseWrite()
		ended <- struct{}{}
	}()
	<-ended
}
