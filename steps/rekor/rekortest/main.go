// Command rekortest is a real Rekor v1 log in one process, with nothing on
// disk: Rekor's own server on Trillian's memory storage, with a search index in
// memory. It is for tests of programs that ask a log, and for practising
// without one.
//
//	go run -C steps/rekor/rekortest . --pub /tmp/log.pub
//
// On request it shows another history than before (--fork is POST
// /rekortest/fork), or fails as logs and networks do (--fail, or POST
// /rekortest/fail?mode=NAME).
package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/sigstore/rekor/cmd/rekor-server/app"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "rekortest:", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	addr, key, pub, fail string
}

func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("rekortest", flag.ContinueOnError)
	flags.StringVar(&o.addr, "addr", "127.0.0.1:3000", "where the log answers")
	flags.StringVar(&o.key, "key", "", "the log's signing key, a PEM file that is made if it is missing (default: a new one, kept nowhere)")
	flags.StringVar(&o.pub, "pub", "", "write the log's public key to this file, for --log-key")
	flags.StringVar(&o.fail, "fail", "none", "how to fail: "+strings.Join(slices.Sorted(maps.Keys(failures)), ", "))
	err := flags.Parse(args)
	if err == nil && failures[o.fail] == "" {
		err = fmt.Errorf("--fail knows no %q", o.fail)
	}
	return o, err
}

func run(args []string) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	work, err := os.MkdirTemp("", "rekortest-")
	if err != nil {
		return fmt.Errorf("make a folder for the log's key: %w", err)
	}
	defer os.RemoveAll(work)
	if o.key == "" {
		o.key = work + "/log.pem"
	}
	if err := ensureKey(o.key, o.pub); err != nil {
		return err
	}
	return serve(ctx, o)
}

// serve runs the log until the context ends.
func serve(ctx context.Context, o options) error {
	tree, err := startLog(ctx)
	if err != nil {
		return err
	}
	defer tree.stop()
	index, err := miniredis.Run()
	if err != nil {
		return fmt.Errorf("start the search index: %w", err)
	}
	defer index.Close()
	behind, err := freeAddress()
	if err != nil {
		return err
	}
	os.Args = append([]string{"rekor-server", "serve"}, serverFlags(o, tree, index, behind)...)
	go app.Execute() // ends with the process; it has no other end
	if err := answers(ctx, behind); err != nil {
		return err
	}
	f := newFront(tree, &url.URL{Scheme: "http", Host: behind})
	f.mode.Store(o.fail)
	listener, err := net.Listen("tcp", o.addr)
	if err != nil {
		return fmt.Errorf("listen for clients: %w", err)
	}
	web := &http.Server{Handler: f, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		close(f.drain)
		web.Close()
	}()
	fmt.Printf("http://%s\n", listener.Addr())
	if err := web.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve clients: %w", err)
	}
	return nil
}

func serverFlags(o options, tree *merkleLog, index *miniredis.Miniredis, behind string) []string {
	host, port, _ := net.SplitHostPort(behind) // freeAddress made it
	return []string{
		"--rekor_server.address", host, "--port", port, "--rekor_server.hostname", "rekortest.local",
		"--rekor_server.signer", o.key, "--log_type", "prod",
		"--trillian_log_server.address", tree.addr.IP.String(),
		"--trillian_log_server.port", strconv.Itoa(tree.addr.Port),
		"--trillian_log_server.tlog_id", strconv.FormatInt(tree.tree, 10),
		"--redis_server.address", index.Host(), "--redis_server.port", index.Port(),
	}
}

// freeAddress is an address on loopback that nobody listens at now.
func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	defer listener.Close()
	return listener.Addr().String(), nil
}

// answers waits until Rekor's own server does.
func answers(ctx context.Context, host string) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+host+"/api/v1/log", nil)
		if err != nil {
			return fmt.Errorf("ask the log: %w", err)
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			response.Body.Close()
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for the log to answer: %w", ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// ensureKey makes the log's key if its file is missing, and writes the public
// one if a place is named.
func ensureKey(path, pub string) error {
	key, err := readKey(path)
	if errors.Is(err, os.ErrNotExist) {
		key, err = makeKey(path)
	}
	if err != nil || pub == "" {
		return err
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return fmt.Errorf("encode the log's public key: %w", err)
	}
	return os.WriteFile(pub, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), 0o644)
}

func readKey(path string) (*ecdsa.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the log's key: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("read the log's key %s: it is no PEM", path)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read the log's key %s: %w", path, err)
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("read the log's key %s: it is no ECDSA key", path)
	}
	return key, nil
}

func makeKey(path string) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the log's key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode the log's key: %w", err)
	}
	return key, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600)
}
