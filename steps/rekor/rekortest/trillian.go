package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/trillian"
	"github.com/google/trillian/extension"
	"github.com/google/trillian/log"
	"github.com/google/trillian/monitoring"
	"github.com/google/trillian/quota"
	"github.com/google/trillian/server"
	"github.com/google/trillian/storage"
	"github.com/google/trillian/storage/memory"
	"github.com/google/trillian/types"
	"github.com/google/trillian/util/clock"
	"github.com/google/trillian/util/election2"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/durationpb"
)

// sequencing is how often queued entries become part of the log.
const sequencing = 20 * time.Millisecond

// merkleLog is Trillian in this process, in memory: the tree, its sequencer,
// and the service that Rekor asks.
type merkleLog struct {
	tree int64 // the id that Rekor knows, also after a fork
	addr *net.TCPAddr

	registry extension.Registry
	rpc      *server.TrillianLogRPCServer
	service  *grpc.Server
	cancel   context.CancelFunc
	shown    atomic.Int64 // the tree that answers
}

// startLog makes an empty tree and serves it on loopback.
func startLog(ctx context.Context) (*merkleLog, error) {
	trees := memory.NewTreeStorage()
	l := &merkleLog{registry: extension.Registry{
		AdminStorage:    memory.NewAdminStorage(trees),
		LogStorage:      &onceStorage{LogStorage: memory.NewLogStorage(trees, monitoring.InertMetricFactory{}), seen: map[leafID]*trillian.LogLeaf{}},
		ElectionFactory: election2.NoopFactory{},
		QuotaManager:    quota.Noop(),
		MetricFactory:   monitoring.InertMetricFactory{},
	}}
	l.rpc = server.NewTrillianLogRPCServer(l.registry, clock.System)
	var err error
	if l.tree, err = l.newTree(ctx); err != nil {
		return nil, err
	}
	l.shown.Store(l.tree)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the log's service: %w", err)
	}
	l.addr = listener.Addr().(*net.TCPAddr)
	l.service = grpc.NewServer(grpc.UnaryInterceptor(l.redirect))
	trillian.RegisterTrillianLogServer(l.service, l.rpc)
	go func() { _ = l.service.Serve(listener) }() // ends with stop

	ctx, l.cancel = context.WithCancel(ctx)
	sequencer := log.NewOperationManager(log.OperationInfo{
		Registry: l.registry, BatchSize: 1000, NumWorkers: 1, RunInterval: sequencing,
		TimeSource: clock.System, Timeout: 10 * time.Second,
	}, log.NewSequencerManager(l.registry, 0))
	go sequencer.OperationLoop(ctx)
	return l, nil
}

func (l *merkleLog) stop() {
	l.cancel()
	l.service.Stop()
}

// newTree makes an empty tree.
func (l *merkleLog) newTree(ctx context.Context) (int64, error) {
	tree, err := storage.CreateTree(ctx, l.registry.AdminStorage, &trillian.Tree{
		TreeType: trillian.TreeType_LOG, TreeState: trillian.TreeState_ACTIVE,
		MaxRootDuration: durationpb.New(time.Hour),
	})
	if err != nil {
		return 0, fmt.Errorf("create a tree: %w", err)
	}
	if _, err := l.rpc.InitLog(ctx, &trillian.InitLogRequest{LogId: tree.TreeId}); err != nil {
		return 0, fmt.Errorf("initialise a tree: %w", err)
	}
	return tree.TreeId, nil
}

// redirect answers from the tree that is shown, under the id that Rekor asks
// for. So Rekor signs what it is shown, as the operator of a forked log would.
func (l *merkleLog) redirect(ctx context.Context, request any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	if shown := l.shown.Load(); shown != l.tree {
		message := request.(proto.Message).ProtoReflect()
		if field := message.Descriptor().Fields().ByName("log_id"); field != nil {
			message.Set(field, protoreflect.ValueOfInt64(shown))
		}
	}
	return handle(ctx, request)
}

// fork shows another history from now on: the same entries, the last two of
// them in the other order.
func (l *merkleLog) fork(ctx context.Context) error {
	size, err := l.size(ctx, l.shown.Load())
	if err != nil {
		return err
	}
	if size < 2 {
		return errors.New("a log of fewer than two entries has no other history")
	}
	read, err := l.rpc.GetLeavesByRange(ctx, &trillian.GetLeavesByRangeRequest{LogId: l.shown.Load(), StartIndex: 0, Count: size})
	if err != nil {
		return fmt.Errorf("read the entries: %w", err)
	}
	other, err := l.newTree(ctx)
	if err != nil {
		return err
	}
	leaves := read.Leaves
	leaves[size-1], leaves[size-2] = leaves[size-2], leaves[size-1]
	for _, leaf := range leaves {
		copied := &trillian.LogLeaf{LeafValue: leaf.LeafValue, ExtraData: leaf.ExtraData}
		if _, err := l.rpc.QueueLeaf(ctx, &trillian.QueueLeafRequest{LogId: other, Leaf: copied}); err != nil {
			return fmt.Errorf("write the other history: %w", err)
		}
	}
	for {
		grown, err := l.size(ctx, other)
		if err != nil {
			return err
		}
		if grown == size {
			l.shown.Store(other)
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(sequencing):
		}
	}
}

// size is how many entries a tree has.
func (l *merkleLog) size(ctx context.Context, tree int64) (int64, error) {
	answer, err := l.rpc.GetLatestSignedLogRoot(ctx, &trillian.GetLatestSignedLogRootRequest{LogId: tree})
	if err != nil {
		return 0, fmt.Errorf("read the size of the log: %w", err)
	}
	var root types.LogRootV1
	if err := root.UnmarshalBinary(answer.SignedLogRoot.LogRoot); err != nil {
		return 0, fmt.Errorf("read the size of the log: %w", err)
	}
	return int64(root.TreeSize), nil
}

// leafID names a leaf within its tree.
type leafID struct {
	tree int64
	hash string
}

// onceStorage refuses a leaf that the tree has already, as Trillian's database
// storages do and the one in memory does not. Without it a second upload of an
// entry makes Rekor answer its id with an error.
type onceStorage struct {
	storage.LogStorage

	mu   sync.Mutex
	seen map[leafID]*trillian.LogLeaf
}

// QueueLeaves queues the leaves that are new and says of the others that they
// are there.
func (s *onceStorage) QueueLeaves(ctx context.Context, tree *trillian.Tree, leaves []*trillian.LogLeaf, at time.Time) ([]*trillian.QueuedLogLeaf, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	answer := make([]*trillian.QueuedLogLeaf, len(leaves))
	for i, leaf := range leaves {
		id := leafID{tree.TreeId, string(leaf.LeafIdentityHash)}
		if old, ok := s.seen[id]; ok {
			answer[i] = &trillian.QueuedLogLeaf{Leaf: old, Status: &status.Status{Code: int32(codes.AlreadyExists)}}
			continue
		}
		queued, err := s.LogStorage.QueueLeaves(ctx, tree, []*trillian.LogLeaf{leaf}, at)
		if err != nil {
			return nil, err
		}
		if len(queued) != 1 {
			return nil, errors.New("the storage queued something else than the one leaf")
		}
		s.seen[id], answer[i] = leaf, queued[0]
	}
	return answer, nil
}
