// Code generated via abigen V2 - DO NOT EDIT.
// This file is a generated binding and any manual changes will be lost.

package bind

import (
	"bytes"
	"errors"
	"math/big"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// Reference imports to suppress errors if they are not otherwise used.
var (
	_ = bytes.Equal
	_ = errors.New
	_ = big.NewInt
	_ = common.Big1
	_ = types.BloomLookup
	_ = abi.ConvertType
)

// Campaign is an auto generated low-level Go binding around an user-defined struct.
type Campaign struct {
	Version      uint32
	Status       uint8
	Merchant     common.Address
	TermsHash    [32]byte
	Currency     [3]byte
	Units        uint64
	MaxDiscount  uint64
	StoredValue  bool
	Supply       uint32
	Open         uint32
	Cap          uint32
	Issued       uint32
	PerHolder    uint32
	PerDay       uint32
	Attestors    []common.Address
	ClaimFrom    uint64
	ClaimUntil   uint64
	ValidFrom    uint64
	ValidUntil   uint64
	ValidDays    uint32
	Offsets      []Offset
	Transferable bool
	Voidable     bool
	Rollback     uint8
	Grace        uint32
	Stores       []uint32
}

// CreateCampaign is an auto generated low-level Go binding around an user-defined struct.
type CreateCampaign struct {
	Author       common.Address
	Merchant     common.Address
	Terms        string
	Currency     [3]byte
	Units        uint64
	MaxDiscount  uint64
	StoredValue  bool
	Supply       uint32
	Open         uint32
	Cap          uint32
	PerHolder    uint32
	PerDay       uint32
	Attestors    []common.Address
	ClaimFrom    uint64
	ClaimUntil   uint64
	ValidFrom    uint64
	ValidUntil   uint64
	ValidDays    uint32
	Offsets      []Offset
	Transferable bool
	Voidable     bool
	Rollback     uint8
	Grace        uint32
	Stores       []uint32
	Deadline     uint64
}

// Hold is an auto generated low-level Go binding around an user-defined struct.
type Hold struct {
	Id       [32]byte
	Merchant common.Address
	Store    uint32
	Units    uint64
	Until    uint64
	Lines    uint32
}

// Issuance is an auto generated low-level Go binding around an user-defined struct.
type Issuance struct {
	Campaign [16]byte
	Root     [32]byte
	First    uint32
	Count    uint32
	Expiry   uint64
}

// Merchant is an auto generated low-level Go binding around an user-defined struct.
type Merchant struct {
	Version       uint32
	Root          common.Address
	NextRoot      common.Address
	NextFrom      uint64
	SuspendedFrom uint64
	Lost          uint64
}

// Offset is an auto generated low-level Go binding around an user-defined struct.
type Offset struct {
	From    uint64
	Minutes int16
}

// TallyMetaData contains all meta data concerning the Tally contract.
var TallyMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[],\"name\":\"AlreadyFounded\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"InvalidAdministration\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"InvalidOperators\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"index\",\"type\":\"uint256\"}],\"name\":\"MalformedCommand\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"NotFounded\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"UseSubmit\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"UseTransaction\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"genesis\",\"type\":\"bytes32\"}],\"name\":\"WrongGenesis\",\"type\":\"error\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"id\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"commandHash\",\"type\":\"bytes32\"}],\"name\":\"Accepted\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"uint8\",\"name\":\"status\",\"type\":\"uint8\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"supply\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"open\",\"type\":\"uint32\"},{\"components\":[{\"internalType\":\"uint64\",\"name\":\"from\",\"type\":\"uint64\"},{\"internalType\":\"int16\",\"name\":\"minutes_\",\"type\":\"int16\"}],\"indexed\":false,\"internalType\":\"structOffset[]\",\"name\":\"offsets\",\"type\":\"tuple[]\"}],\"name\":\"CampaignChanged\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"author\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"internalType\":\"string\",\"name\":\"terms\",\"type\":\"string\"},{\"internalType\":\"bytes3\",\"name\":\"currency\",\"type\":\"bytes3\"},{\"internalType\":\"uint64\",\"name\":\"units\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"maxDiscount\",\"type\":\"uint64\"},{\"internalType\":\"bool\",\"name\":\"storedValue\",\"type\":\"bool\"},{\"internalType\":\"uint32\",\"name\":\"supply\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"open\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"cap\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"perHolder\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"perDay\",\"type\":\"uint32\"},{\"internalType\":\"address[]\",\"name\":\"attestors\",\"type\":\"address[]\"},{\"internalType\":\"uint64\",\"name\":\"claimFrom\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"claimUntil\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"validFrom\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"validUntil\",\"type\":\"uint64\"},{\"internalType\":\"uint32\",\"name\":\"validDays\",\"type\":\"uint32\"},{\"components\":[{\"internalType\":\"uint64\",\"name\":\"from\",\"type\":\"uint64\"},{\"internalType\":\"int16\",\"name\":\"minutes_\",\"type\":\"int16\"}],\"internalType\":\"structOffset[]\",\"name\":\"offsets\",\"type\":\"tuple[]\"},{\"internalType\":\"bool\",\"name\":\"transferable\",\"type\":\"bool\"},{\"internalType\":\"bool\",\"name\":\"voidable\",\"type\":\"bool\"},{\"internalType\":\"uint8\",\"name\":\"rollback\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"grace\",\"type\":\"uint32\"},{\"internalType\":\"uint32[]\",\"name\":\"stores\",\"type\":\"uint32[]\"},{\"internalType\":\"uint64\",\"name\":\"deadline\",\"type\":\"uint64\"}],\"indexed\":false,\"internalType\":\"structCreateCampaign\",\"name\":\"create\",\"type\":\"tuple\"}],\"name\":\"CampaignCreated\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"issue\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"author\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"root\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"first\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"count\",\"type\":\"uint32\"}],\"name\":\"CampaignIssued\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"ledgerId\",\"type\":\"bytes32\"}],\"name\":\"Founded\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"hold\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"store\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"till\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"bytes3\",\"name\":\"currency\",\"type\":\"bytes3\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"amount\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"details\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"reference_\",\"type\":\"bytes32\"}],\"name\":\"HoldCaptured\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"hold\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"store\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"till\",\"type\":\"address\"}],\"name\":\"HoldReleased\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"key\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"scopes\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"store\",\"type\":\"uint32\"}],\"name\":\"KeyPut\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"operator\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"string\",\"name\":\"name\",\"type\":\"string\"}],\"name\":\"MerchantAdmitted\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"operator\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"lost\",\"type\":\"uint64\"}],\"name\":\"MerchantReinstated\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"operator\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"string\",\"name\":\"reason\",\"type\":\"string\"}],\"name\":\"MerchantSuspended\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"offer\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"author\",\"type\":\"address\"}],\"name\":\"OfferCancelled\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"address[]\",\"name\":\"operators\",\"type\":\"address[]\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"threshold\",\"type\":\"uint32\"}],\"name\":\"OperatorsSet\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"store\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"till\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"acceptance\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes3\",\"name\":\"currency\",\"type\":\"bytes3\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"amount\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"details\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"reference_\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"until\",\"type\":\"uint64\"}],\"name\":\"OrderHeld\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"store\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"till\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"acceptance\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes3\",\"name\":\"currency\",\"type\":\"bytes3\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"amount\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"details\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"reference_\",\"type\":\"bytes32\"}],\"name\":\"Redeemed\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"id\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint8\",\"name\":\"kind\",\"type\":\"uint8\"}],\"name\":\"Refused\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"redemption\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"author\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"details\",\"type\":\"bytes32\"}],\"name\":\"RolledBack\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"root\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"effective\",\"type\":\"uint64\"}],\"name\":\"RootSet\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"store\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"string\",\"name\":\"name\",\"type\":\"string\"}],\"name\":\"StorePut\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"voucher\",\"type\":\"bytes32\"}],\"name\":\"VoucherCancelled\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"voucher\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"ordinal\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"attestor\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"subject\",\"type\":\"bytes32\"}],\"name\":\"VoucherClaimed\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"voucher\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"issue\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"index\",\"type\":\"uint32\"}],\"name\":\"VoucherDelivered\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"voucher\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"units\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"discount\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"until\",\"type\":\"uint64\"}],\"name\":\"VoucherHeld\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"voucher\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"units\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"discount\",\"type\":\"uint64\"}],\"name\":\"VoucherRedeemed\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"voucher\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"units\",\"type\":\"uint64\"}],\"name\":\"VoucherReleased\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"voucher\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"units\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"bool\",\"name\":\"forfeit\",\"type\":\"bool\"}],\"name\":\"VoucherReturned\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"voucher\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"from\",\"type\":\"address\"}],\"name\":\"VoucherTransferred\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"voucher\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"author\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"string\",\"name\":\"reason\",\"type\":\"string\"}],\"name\":\"VoucherVoided\",\"type\":\"event\"},{\"inputs\":[],\"name\":\"administration\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"place\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"genesis\",\"type\":\"bytes32\"},{\"internalType\":\"address[]\",\"name\":\"members\",\"type\":\"address[]\"},{\"internalType\":\"uint32\",\"name\":\"threshold\",\"type\":\"uint32\"},{\"internalType\":\"address\",\"name\":\"administration\",\"type\":\"address\"}],\"name\":\"found\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"ledgerId\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"id\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes[]\",\"name\":\"commands\",\"type\":\"bytes[]\"}],\"name\":\"submit\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"}],\"name\":\"campaignOf\",\"outputs\":[{\"components\":[{\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"internalType\":\"uint8\",\"name\":\"status\",\"type\":\"uint8\"},{\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"termsHash\",\"type\":\"bytes32\"},{\"internalType\":\"bytes3\",\"name\":\"currency\",\"type\":\"bytes3\"},{\"internalType\":\"uint64\",\"name\":\"units\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"maxDiscount\",\"type\":\"uint64\"},{\"internalType\":\"bool\",\"name\":\"storedValue\",\"type\":\"bool\"},{\"internalType\":\"uint32\",\"name\":\"supply\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"open\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"cap\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"issued\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"perHolder\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"perDay\",\"type\":\"uint32\"},{\"internalType\":\"address[]\",\"name\":\"attestors\",\"type\":\"address[]\"},{\"internalType\":\"uint64\",\"name\":\"claimFrom\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"claimUntil\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"validFrom\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"validUntil\",\"type\":\"uint64\"},{\"internalType\":\"uint32\",\"name\":\"validDays\",\"type\":\"uint32\"},{\"components\":[{\"internalType\":\"uint64\",\"name\":\"from\",\"type\":\"uint64\"},{\"internalType\":\"int16\",\"name\":\"minutes_\",\"type\":\"int16\"}],\"internalType\":\"structOffset[]\",\"name\":\"offsets\",\"type\":\"tuple[]\"},{\"internalType\":\"bool\",\"name\":\"transferable\",\"type\":\"bool\"},{\"internalType\":\"bool\",\"name\":\"voidable\",\"type\":\"bool\"},{\"internalType\":\"uint8\",\"name\":\"rollback\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"grace\",\"type\":\"uint32\"},{\"internalType\":\"uint32[]\",\"name\":\"stores\",\"type\":\"uint32[]\"}],\"internalType\":\"structCampaign\",\"name\":\"record\",\"type\":\"tuple\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"}],\"name\":\"extendedOf\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"extended\",\"type\":\"bool\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"}],\"name\":\"holdOf\",\"outputs\":[{\"components\":[{\"internalType\":\"bytes32\",\"name\":\"id\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"internalType\":\"uint32\",\"name\":\"store\",\"type\":\"uint32\"},{\"internalType\":\"uint64\",\"name\":\"units\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"until\",\"type\":\"uint64\"},{\"internalType\":\"uint32\",\"name\":\"lines\",\"type\":\"uint32\"}],\"internalType\":\"structHold\",\"name\":\"record\",\"type\":\"tuple\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"internalType\":\"address\",\"name\":\"wallet\",\"type\":\"address\"}],\"name\":\"holderOf\",\"outputs\":[{\"internalType\":\"uint32\",\"name\":\"claims\",\"type\":\"uint32\"},{\"internalType\":\"uint64\",\"name\":\"day\",\"type\":\"uint64\"},{\"internalType\":\"uint32\",\"name\":\"today\",\"type\":\"uint32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"issue\",\"type\":\"bytes32\"}],\"name\":\"issuanceOf\",\"outputs\":[{\"components\":[{\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"internalType\":\"bytes32\",\"name\":\"root\",\"type\":\"bytes32\"},{\"internalType\":\"uint32\",\"name\":\"first\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"count\",\"type\":\"uint32\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structIssuance\",\"name\":\"record\",\"type\":\"tuple\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"key\",\"type\":\"address\"}],\"name\":\"keyOf\",\"outputs\":[{\"internalType\":\"uint32\",\"name\":\"scopes\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"store\",\"type\":\"uint32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"}],\"name\":\"lostOf\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"lost\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"}],\"name\":\"merchantOf\",\"outputs\":[{\"components\":[{\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"internalType\":\"address\",\"name\":\"root\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"nextRoot\",\"type\":\"address\"},{\"internalType\":\"uint64\",\"name\":\"nextFrom\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"suspendedFrom\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"lost\",\"type\":\"uint64\"}],\"internalType\":\"structMerchant\",\"name\":\"record\",\"type\":\"tuple\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"operators\",\"outputs\":[{\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"internalType\":\"address[]\",\"name\":\"members\",\"type\":\"address[]\"},{\"internalType\":\"uint32\",\"name\":\"threshold\",\"type\":\"uint32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"redemption\",\"type\":\"bytes32\"},{\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"}],\"name\":\"returnedOf\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"units\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"}],\"name\":\"slotOf\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"slot\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"internalType\":\"uint32\",\"name\":\"store\",\"type\":\"uint32\"}],\"name\":\"storeExists\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"exists\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"}]",
	ID:  "8ab96851584a0ca60a285bb727339f97ca",
	Bin: "0x608080604052346015576153b9908161001a8239f35b5f80fdfe60808060405260043610156100c0575b50346100bc57600154156100ad575f356001600160e01b03191663fb17ff3b60e01b1461009e576002546001600160a01b03166001600160401b03361161008a576040516100829161006b36601f01601f191660200183610648565b368252365f60208401375f602036840101526128c9565b602081519101f35b634e487b7160e01b5f52604160045260245ffd5b636a7098af60e01b5f5260045ffd5b6366f9bff960e01b5f5260045ffd5b5f80fd5b5f3560e01c9081633847cb59146105a457508063646d0f30146105885780639f8df6f61461020c5763d6e85d75146100f8575f61000f565b346100bc5760203660031901126100bc576004356001600160401b0381116100bc576101289036906004016105c7565b90323314801590610202575b6101f3576101406106db565b91600154808452156100ad5790604051905f9160408501601e1983360301935b858110156101f157808252826040528060051b840135858112156100bc578401908135916001600160401b0383116100bc576020019180360383136100bc576101ae60ff916001948b61072f565b909116806101bf575b505001610160565b60207f8d113fd950359a9bd15a700269818d92d001a2d82fdba58ddd59fc9ee395749c91604051908152a25f806101b7565b005b630794896760e51b5f5260045ffd5b50333b1515610134565b346100bc5760803660031901126100bc576004356024356001600160401b0381116100bc5761023f9036906004016105c7565b90916044359263ffffffff8416928385036100bc576064356001600160a01b038116908181036100bc57600154610579574315158061056d575b80610562575b61054f5761028e368486610680565b8051908115159182610543575b50816104f2575b816104e6575b816104da575b50156104cb576017903b11156104bc5760207f01c8b0f686c13df0a9daa6c08ae09f70a91f23fb7a555e4c83b72376a02b0f2e916103c1956040518381019182523060601b604082015260348152610307605482610648565b51902090604051838101907f599a80fcaa47b95e2323ab4d34d34e0cc9feda4b843edafcc30c7bdf60ea15bf82527f41b8136d12213b67113ead8c54552311bb0224cbcae40f589789055ffb17354b60408201527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc660608201528360808201526080815261039660a082610648565b519020906001600160601b0360a01b6002541617600255600155805f55604051908152a13691610680565b8051600280546001600160a01b031660e09590951b6001600160e01b0319169490941760c09190911b63ffffffff60c01b1617600160a01b179092555f5b8251811015610443576001906001600160a01b0361041d828661071b565b5116815f52600360205260405f20906001600160601b0360a01b825416179055016103ff565b506040519060608201600183526060602084015283518091526020608084019401905f5b81811061049d577ff974358802550cf032e4059a8927a026c4ae3ae21b29520851b5d12af77ec82f8580888760408301520390a1005b82516001600160a01b0316865260209586019590920191600101610467565b63ed4a5e3360e01b5f5260045ffd5b630849699d60e11b5f5260045ffd5b905051861115886102ae565b600188101591506102a8565b90506104fd81612962565b80610509575b906102a2565b5080511580610503575080511561052f5760208101516001600160a01b03161515610503565b634e487b7160e01b5f52603260045260245ffd5b6020101591508961029b565b8463bfe209f960e01b5f5260045260245ffd5b505f4085141561027f565b50610100431115610279565b63016bc3d760e71b5f5260045ffd5b346100bc575f3660031901126100bc5760205f54604051908152f35b346100bc575f3660031901126100bc576002546001600160a01b03168152602090f35b9181601f840112156100bc578235916001600160401b0383116100bc576020808501948460051b0101116100bc57565b604081019081106001600160401b0382111761008a57604052565b60a081019081106001600160401b0382111761008a57604052565b606081019081106001600160401b0382111761008a57604052565b90601f801991011681019081106001600160401b0382111761008a57604052565b6001600160401b03811161008a5760051b60200190565b929161068b82610669565b936106996040519586610648565b602085848152019260051b81019182116100bc57915b8183106106bb57505050565b82356001600160a01b03811681036100bc578152602092830192016106af565b6040519060c082018281106001600160401b0382111761008a576040525f60a0838281528260208201528260408201528260608201528260808201520152565b805182101561052f5760209160051b010190565b9180158080156108ed575b6108d65761052f57813560f81c91600b831080156108cc575b61083a576001600160401b03821161008a5760405161077c601f8401601f191660200182610648565b828152602081019036848401116100bc57838383375f602085830101525190206020850152816001116100bc57600101905f190191600f811461083057600d811461082657600e811461081c5760108114610812576011811461080857601281146107fe57600b146107f5576107f19261267a565b9091565b6107f192612383565b506107f192611fe4565b506107f192611c89565b506107f192611887565b506107f1926114a8565b506107f1926110e7565b506107f192610911565b915060846108949160406108a5950151908060405195869363fb17ff3b60e01b6020860152602485015260406044850152816064850152848401375f838284010152601f801991011681010301601f198101835282610648565b6002546001600160a01b03166128c9565b906040828051810103126100bc57604060208301519201519160ff831683036100bc579190565b5060128311610753565b6040840151631cb0557760e11b5f5260045260245ffd5b5061c000821161073a565b60405190610905826105f7565b5f602083606081520152565b91929061091c6106db565b506109256129bd565b5061092e612a11565b60208201946060850190610100840182528301608086015260a08501925f84526020813518845261095d6106db565b50601f1981835103018735188451178452815160c081018352608081013560608201356040830135171760401c813560a01c17906109b181899060a090602081606085015103910135189101908151179052565b835160208101926109c18a614ef5565b915f905b838210611061575050926109f99a926109ea6109f093610a28968b51178b5283614b8f565b90614bed565b99908951614f42565b8552604083016040860152610a0c6129bd565b50879060a0906060818185015103910135189101908151179052565b8151926101208401835260c084013560401c60a085013560181b606086013560201c604087013560208801351760a01c17171791610a7c85899060a090608081606085015103910135189101908151179052565b83519860208a0193610a8d8a614e00565b9a5f5b8c811061103f5750508751178752839960405190819060051b91828101907f55bc67386dbd0e0f5d0cbc4ad91a18f5b835448ee25bb4e376d606fa019f880a8252602082019d5b828210611026575050506101209b50906020912095604051987f86eb9c83db4df01587651fa5180cea767e2a4b89bf8354d2bd270d89a3f5010a8a52828a019c8d99818c019a6101408d0160405237610b4460808b019760a08c01998a526101408c20908a528d51614f42565b9483870195865260a08101606088015260e0601f198285510301910135188151179052510195610b738a614e5b565b5f5b81811061100d575050610b878a613f96565b83519a610b97888683865f612a45565b60ff8116611000575087610bb591610bad6108f8565b50845f612b91565b98909a8b60ff8116610ff257505f51602061538d5f395f51905f526020808f930151604051908152a26080830180519094906001600160401b031615610e635791610140917f468b7b01afdd8eef7448509584f6b982c632d56435b336c0d0543103ff33b2609360018060a01b038651169260018060a01b036040840151169263ffffffff8b51169260018060a01b03606083015116905162ffffff60e81b60c084015116916101006001600160401b0360e0860151169401519451956001600160401b038d511697604051998a5260208a015260408901526060880152608087015260a086015260c085015260e0840152610100830152610120820152a18651519660ff881690602083015f5b8a8110610cd7575050505050505050505050565b815185516060838102909201918235901c602083013517906001600160a01b0316610d02848e613a15565b610d0d91845f613b67565b82855190610d1a9161071b565b5190805f52600a6020526008821760405f20558b518460061b01908135908b518d5161ffff16918c5164ffffffffff169060405192610d5884610612565b83526020830193845260408301928c8452606081019164ffffffffff87168352608082019384525f52600b60205260405f2090518155600101935161ffff16928454905160101b62ff000016915160181b67ffffffffff00000016925160401b64ffffffffff60401b169364ffffffffff60401b19916001600160401b0319161716171717905589516001600160401b031692604051946001600160801b031981351686526020013563ffffffff16602086015260408501526001600160401b03166060840152602001356001600160401b0316608083015260a082015260c07ff91f01d689cea46a8952e200440d1d66817f575b0c8e4930b618ef8be1ab0ce291a1600101610cc3565b929b9796999a9591907f1ae0268c372002107bca80b45af6d8748713bcddaf94aeee7a8b211135b90eb29550610120945060018060a01b038d51169363ffffffff60018060a01b036040840151169451169060018060a01b0360608401511690519062ffffff60e81b60c085015116926101006001600160401b0360e087015116950151955196604051988952602089015260408801526060870152608086015260a085015260c084015260e0830152610100820152a15f92602088019160208601945b865151811015610fe6576001907f3d1f8d201428def46538dbb3bbba04850835dfb00048b58537a63479e167d9b260a0865160608402018d6020820135823560601c17908b51610fb8575b50610f7e858d5161071b565b51905f52600a60205260405f20556040610f99858d5161071b565b518d5190828051948537828401528560061b016060830137a101610f27565b610fd6908780861b03905116610fce878d613a15565b90845f613b67565b610fe0815f6133a7565b8e610f72565b50969550965050505050565b9b5050505050505050505050565b9a50505050505050505050565b8061101f8d8b60019460051b91614acd565b5001610b75565b60408f9181816020943760608520845201910190610ad7565b6020600682901b83019081013560409182013517901c90921791600101610a90565b9091600190606084028301606081013560401c9060206040820135811c91013560801b1717179201906109c5565b6040519061109c8261062d565b5f6040838281528260208201520152565b356001600160801b0319811681036100bc5790565b356001600160a01b03811681036100bc5790565b3563ffffffff811681036100bc5790565b9192906110f2612a11565b602082019060608501956101e0840187528301608086015260a085015f81526020843518815260e08401966101208501916040860190606087019261016088013560808901351760401c843560201c8c3585351760801b87356101008c01358b35171760a01c17171790601f1989825103016101c08a01351883511783525161117a8b614e5b565b5f915b81831061147757505050815117905261119588613f96565b6111d060a06040517f898c1c168eb184c89f61ed9f75d48a736649e2b3ea52ccfbb3855a62d777b4d381526080886020830137208951614f42565b845260a08601604085015261121660c06040517f1fe0cbbc5f72a81f5a4d4b7b09a49a3de3a3453347feb000fe17b1d3c9307ea3815260a08c6020830137208951614f42565b6020850152610180860160608501528351986040519660e088018881106001600160401b0382111761008a576040525f88525f60208901525f6040890152606088019661126161108f565b8852608089019761127061108f565b895261128c60a08b019a5f8c5260c08101995f8b52845f612dd6565b9b60ff8d1661146a576113a963ffffffff968f966101407f258b5ec6de816b5ed280dd86ccf970e7da6a5007137ee4ba9f636aa9910eca969e9c9a976113ba9760c09f9d9a976113b4985f51602061538d5f395f51905f5260208f9a810151604051908152a251906001600160801b0319611306876110ad565b165f52600860205261131b60405f20916110c2565b60018060a01b03165f5260205260405f209087815116908254916bffffffffffffffff00000000602083015160201b169160408b60601b91015160601b16926001600160801b031916171717905501359a8b6113f4575b505088518b640100000000600160a01b03858061138e866110ad565b935116169160601c16175f52600a60205260405f20556110ad565b9851169551926110d6565b926110c2565b604080516001600160801b031990981688526020880195909552938601521660608401526001600160a01b0316608083015260a0820152a1565b51906001600160801b0319611408846110ad565b165f52600960205261141d60405f2091612fd0565b5f5260205260405f209084815116908254916bffffffffffffffff00000000602083015160201b169160408860601b91015160601b16926001600160801b03191617171790555f80611372565b5050505050505050505050565b90919260019060208560051b8401013560201c179301919061117d565b356001600160401b03811681036100bc5790565b91929092602084016060840191610140860183528501608085015260a08401915f835260808601946040870190606088019460a089019060c08a013582351760401c873560201c853560801b8b3589351760a01c17171760208b3518178152601f198a865103016101208b0135188151178152845194606086019052602085013560201c815117905261155184839060a090604081606085015103910135189101908151179052565b61155a82614e5b565b5061156482613f96565b6115ad8460e06115a4816040517f396e0912ef211e62ce7bd11b6702e1a394211e7c1f79b65d245c08184e9b6808815260c08b6020830137208651614f42565b9b018b8861300e565b60ff811661182257506001600160801b03196115c8846110ad565b165f52600760205260405f205497881561181557600160e91b891615611808576115f1846110ad565b640100000000600160a01b0363ffffffff61160b8a6110d6565b169160601c161794855f52600a60205260405f205493841590816117c8575b6116516116368a6110c2565b6001600160401b0361164788611494565b1690888b5f6131ea565b9b60ff8d1661146a576116706116769161166a8a6110ad565b5f61327f565b87613309565b6117b857958563ffffffff95680ffffffffffffffff08f6116f9611754987f7e1d497c306ed47abd8378544e14a7912d91098edf4bc9c1fbe4731bf0beec5d9f60809f9d99819f9d6117489a6116ff965f51602061538d5f395f51905f52602061174e9f810151604051908152a2611792575b90506008915016611783576110c2565b92611494565b60041b16916bfffffffffffffffffffffff76001600160601b03640ffffffff01992161616906001600160601b03199060601b161717955f52600a6020528560405f20556110ad565b956110d6565b936110c2565b604080516001600160801b031990961686529190931660208501528301526001600160a01b03166060820152a1565b61178d8c5f6133a7565b6110c2565b6117b0928e6117a96117a38d6110ad565b926110d6565b1690613337565b8d5f876116e9565b5060189a50505050505050505050565b94506117f8826117d7886110ad565b6117e08c6110d6565b9063ffffffff6117ef8d6110c2565b9216905f613104565b959060ff8116610ff2575061162a565b5060239750505050505050565b50600b9750505050505050565b9750505050505050565b6040519061014082018281106001600160401b0382111761008a576040525f610120838281528260208201528260408201528260608201528260808201528260a08201528260c08201528260e0820152826101008201520152565b9192909261189361182c565b5061189c61182c565b5083016080838101919091526101c08401606084810191825261010086013561014090811887356020908118818a0135909418939093171760a08088019182528089013560c08a013517901c60e089013590931c9290921761012088013560181b17908701356101a08801351760401c17928601915190602082019361192187614ea8565b925f905b848210611c55575050815117905261193c85613f96565b829060405191829160051b928381017fb0832a134a50cefd2154324fd9508480ae5548fbfa214b74db7ae6c5cc7fa17c815260208101925b818310611c3d575050505020916040517e1d3453e6835159921f1bea29d75d1b24ebb7e0657c1e2bf05423e8a51c805b81526101406020820193610160830160405284376119d6608082019260a0830195865261016083209086528751614f42565b966119e0846133d2565b15611c32578351936040830194611a4f604060018060a01b0388511694606087019560018060a01b0387511663ffffffff8a5116906001600160401b036101408b01511692855197611a3189610612565b885260208801528487015260608601526080850152018b835f6134cd565b60ff8116611c27575081611a63915f613587565b9760ff8916611c1e579163ffffffff7f10e7a472389a3240be49e9d7c8a47ec0f7fff054539269d93d23f8531d9af2f69694928b5f51602061538d5f395f51905f526020806101009a980151604051908152a2519460018060a01b039051169351169060018060a01b0390511662ffffff60e81b60c084015116906001600160401b0360e085015116926101208886015195015195604051978852602088015260408701526060860152608085015260a084015260c083015260e0820152a18051601f190135905f5b828110611b3857505050565b60019082518160071b016020810135813560601c17906040810191823590805f52600b602052611b788264ffffffffff8860405f20015460181c16612955565b93611b83825f6133a7565b815f52600a60205260081960405f2054169280611bd4575b50505f52600a6020528060405f205582611bb9575b50505001611b2c565b6001600160401b03611bcc931691613812565b5f8080611bb0565b611c0260a0917f3d1f8d201428def46538dbb3bbba04850835dfb00048b58537a63479e167d9b29395614401565b9360408051918188843786828401526060830137a15f80611b9b565b50505050505050565b985050505050505050565b506001955050505050565b60808181602093873760a08420855201920191611974565b90916001908360071b8301608081013560608201351760401c9060206040820135811c91013560801b171717920190611925565b91929092611c956106db565b50611c9e6106db565b50830160808381019190915261014084016060808501829052602080870135909118863582181760c061010088013581189190911760a0808801918252610160890198958601959493919261012086013560401c60e087013590931c90860135828701351790911c1717611d1187614e00565b925f905b848210611f8e5750508151179052611d2c85613f96565b859060405191829160051b928381017f2f3fee77d2930dc0423670db79ebd41d44702650b71b04efe6cc75b0250f19be815260208101925b818310611f7657505050502090611dc0604051967f5d1fbfc96f3f0c19fbc668fb0817c9598373cd663fec72fe2d9767e36ea2d417885260c0602089019560e08a01604052863760a0880193845260e088209084528651614f42565b95825193611dd4601f1986013580966136cf565b15611c3257519160018060a01b0360408301511692611e45604060018060a01b03606086015116936001600160401b0360c063ffffffff60808901511697015116825194611e2186610612565b855260208501978852828501958652606085019687526080850152018a835f6134cd565b9760ff8916611c1e5789905f5b888110611f435750608094927f79501fb8e2101126b0d44ab362236c33bfdd3fe09ac2915d48f244cdd301577d9694925f51602061538d5f395f51905f5260208063ffffffff950151604051908152a251935192519151604080519586526001600160a01b0394851660208701529190921690840152166060820152a15f5b828110611edd57505050565b600190611f3d83518260061b016020810135813560601c17805f52600b60205264ffffffffff8560405f20015460181c1691815f52600a602052611f3860081960405f20541692805f52600a6020528360405f20555f6133a7565b613812565b01611ed1565b909150611f588888518360061b01855f613739565b15611f6857600101908a91611e52565b506024985050505050505050565b60408181602093873760608420855201920191611d64565b90916001908360061b830160206040820135811c91013560801b1717920190611d15565b90611fbc82610669565b611fc96040519182610648565b8281528092611fda601f1991610669565b0190602036910137565b919290611fef6106db565b50611ff8612a11565b90602081016060850195610160830187528201608086015260a08501955f875260408301966060840193608081013560401c853560a01c8a3560a01c1717602082351817825261207960a06040517fe148e9cf305837b3e1d8239d4d87e22734202cedf6389ec5b302805ef54cfad281526080876020830137208951614f42565b865260a08101604087015261208c6106db565b50601f19818451030160e0820135188251178252825160c081018452608081013560608201356040830135171760401c813560a01c17906120e3818b9060a090602081606085015103910135189101908151179052565b845160208101926120f38c614ef5565b915f905b838210612334575050926121269694926109ea61211d9388966020995117875283614b8f565b95908b51614f42565b8489015261010081016060890152610140601f19828551030191013518815117905251019261215487614e5b565b5f5b81811061231c57505061216887613f96565b6121778486519684865f61386e565b60ff81166123105797926020830193612195601f1986510135611fb2565b995f905b8b5182101561220157508a929190806121db6121d38a8a8a6121c6866121be8d6110c2565b935194613a15565b926060870201915f613a30565b92909661071b565b528360ff81166121f15750600101909192612199565b989b509799505050505050505050565b949a98997f71452125ef8fc453ad578ac435d03568465f10677a9b0edfa96a5da9c5cd26199450612255915091885f51602061538d5f395f51905f52602080604097969c9a9b9c01518751908152a26110c2565b8251913582526001600160a01b03166020820152a15f5b8551811015612306576001907f30d40d3a2a325df7794af746a9a50bd4f02830694a803e3f45e9c32ddc235dcc60608651818402016122bf858060a01b038d51166122b7868c613a15565b90835f613b67565b6122c9848b61071b565b5160208201358235841c175f52600a60205260405f20556008196122ed858c61071b565b51166040805192833760408201525f808037a10161226c565b5094935094505050565b94975093955050505050565b8061232d60019260051b888c614acd565b5001612156565b9091600190606084028301606081013560401c9060206040820135811c91013560801b1717179201906120f7565b9190820180921161236f57565b634e487b7160e01b5f52601160045260245ffd5b919290926101208401606084015283016080830152602083019260408101608082019060a083019060c0840196873560401c833585351760201c833560801b833588351760a01c17171760a08801526123db87613f96565b6124176101006040517fd2c9e0eae909b23348555565565f7b8e75807077ce2984d31a8ddd2572d0b088815260e0886020830137208851614f42565b9763ffffffff612426856110d6565b161561266e57612442612438876110c2565b60e088018b613bc7565b15612662576001600160401b0361245b61246192611494565b16613c1d565b60ff81166126595750612476612486916110c2565b61247f866110c2565b905f613c46565b60ff81166126515750612499845f613d0b565b9190968760ff811661182257507fdf163bacfddca014b3f9cda3ad497d8d96ce1ba3375107e155c7f7eebd926d37959363ffffffff936126196117a361174861261360c09a978f805f51602061538d5f395f51905f526020808e9c0151604051908152a28860601b61250a896110d6565b60601b166001600160801b0319612520846110ad565b165f52600760205261253a600260405f2001918254612362565b905560608c01359661254b836110ad565b916125558c6110d6565b60016125608c6110d6565b926040519061256e82610612565b8c825260208201966001600160801b03191687528e60408301941684528e606083019516855262ffffff6103846080840197041686525f52600d60205260405f209051815501935160801c8454918d60801b905160801b16916001600160601b0360a01b1617178355518254908b60a01b908c60a01b9060a01b1616908b60a01b19161782555181549062ffffff8f1b908f1b169062ffffff8f1b19161790556110ad565b986110c2565b93604051966001600160801b03191687528b602088015260018060a01b0316604087015260608601521660808401521660a0820152a1565b955050505050565b96505050505050565b50600296505050505050565b50600196505050505050565b60a082810160608381019182529484016080808501919091529484018035831c604086018035602090811c929092178735831817888801359098189790971793850193909352938201959294929391905101906126d685614e5b565b506126e085613f96565b61271b60806040517fa93f92f70df7981b8ccc414c22271e80f75e9876552cc7c0d799b435c00bf18181526060896020830137208651614f42565b956001600160a01b0361272d836110c2565b161580156128b9575b6128af5735805f52600d60205260405f2093612751816110d6565b60018601549063ffffffff808360a01c16911610156128a35760801b936001600160801b031985165f52600760205260405f2063ffffffff61279e81612796866110d6565b168984613e5d565b169663ffffffff8816640100000000600160a01b038860601c161795865f52600a60205260405f205461289457906127da6127ea9493926110c2565b906127e4866110d6565b92613e9f565b9390978860ff8116611c2757507f870467d0fc35273f4e615545f46f5a4e5ff1f6da540b4847ad0546de07e03ea99695949261288f94928b5f51602061538d5f395f51905f52602080612852960151604051908152a25f52600a6020528360405f20556110d6565b604080516001600160801b0319909616865263ffffffff9687166020870152850192909252606084015292909216608082015290819060a0820190565b0390a1565b50600999505050505050505050565b50602996505050505050565b5060019450505050565b506128c383613e48565b15612736565b905f8091602081519101845af48080612942575b156128fd5750506040513d81523d5f602083013e60203d82010160405290565b1561292257639996b31560e01b5f9081526001600160a01b0391909116600452602490fd5b3d15612933576040513d5f823e3d90fd5b63d6bda27560e01b5f5260045ffd5b503d1515806128dd5750813b15156128dd565b9190820391821161236f57565b60015b81518110156129b6575f19810181811161236f576001600160a01b039061298c908461071b565b51166001600160a01b036129a0838561071b565b511611156129b057600101612965565b50505f90565b5050600190565b6040519061012082018281106001600160401b0382111761008a576040525f610100838281528260208201528260408201528260608201528260808201528260a08201528260c08201528260e08201520152565b60405190608082018281106001600160401b0382111761008a576040525f6060838281528260208201528260408201520152565b91949293612a539082613fd3565b158015612b7c575b612b725784518451809114801590612b4d575b612b4257612a8b90604086015160018060a01b0384511691613bc7565b15612b3857612ab36060602086015195015194604087019560018060a01b0387511691613bc7565b15612b3857612ac190614144565b60ff8116612b305750602084018051909490612ae6906001600160a01b0316836141da565b9360ff8516612b285763ffffffff6060612b1b95969760018060a01b039051169260018060a01b03905116930151169261421b565b15612b2257565b60089150565b505050915090565b925050915090565b5050915050600290565b505050915050602290565b5060a08201518015159081612b63575b50612a6e565b905060e087015114155f612b5d565b5050915050600190565b50612b8b85602083015161409a565b15612a5b565b919293905f92612b9f6108f8565b612bb1601f1960208501510135611fb2565b938482525f965f612bc0612a11565b995f985b88518a1015612d795750602087015160608a02019989158015612d5a575b612d32575b60208b01358b3560601c179a8b5f52600a880160205260405f20548d81155f14612d145750508851612c3391906001600160a01b03166020612c298e87613a15565b920135868b613104565b9b9060ff8116612d025750888d8d612c5393600160208c01525b8b614358565b60ff8116612cf15750608084015160068b901b01612c78602082013582358f8f6143b2565b9b60ff8d16612cdf57600192918b612cd28e8d6001600160401b036080602097680ffffffffffffffff0604085015160041b1690640ffffffff819161792015116155f14612ccc57612ccc90853590614401565b9261071b565b5201350199019899612bc4565b50505050505095945095505050509190565b995050505050955095505050509190565b9a505050505050955095505050509190565b612c53925081809e60088d941615612c4d57600160208c0152612c4d565b8a356001600160801b0319169250612d4c8c85858a614267565b60ff8116612cf15750612be7565b506001600160801b031983166001600160801b03198c35161415612be2565b9a5050509196945094506001600160401b03925060c0915001511610612d9b57565b60219250565b903590601e19813603018212156100bc57018035906001600160401b0382116100bc57602001918160051b360383136100bc57565b9392916101a08201612de88184612da1565b905015908115612fb9575b50612f9b57612e018261442b565b80612fa4575b612f9b57612e2481516040830151612e1e856110c2565b91613bc7565b15612f9257612e406001600160401b0361245b60608501611494565b60ff8116612f8b575060208201946001600160801b0319612e60876110ad565b165f526007810160205260405f209081549160018101549360028201549360208801956040890195865286528752612e9887846144c5565b60ff8116611c275750612eae9086885184614546565b15612f7f578551612ebe916146df565b90612edd86612ed66001600160401b03421685614779565b87846147c2565b9760ff8916611c1e57612ef1878784614970565b15612f7257612f1b939291612f08612f10926110ad565b88519161327f565b918451905190614a23565b92909215612f685791612f639164ffffffffff612f3960c0956110c2565b915160381c16906103846001930460241b91603c1b906001600160601b03199060601b1617171790565b910152565b5060189450505050565b5060149750505050505050565b50601396505050505050565b9450505050565b50600293505050565b50600193505050565b50610180820135610160830135171515612e07565b60049150612fc79084612da1565b9050115f612df3565b612fdc604082016110c2565b90606060405191602083019360018060a01b031684520135604082015260408152613008606082610648565b51902090565b9260608401906001600160a01b03613025836110c2565b16159182156130d3575b5081156130b0575b8115613093575b5061308b5761305091612e1e846110c2565b1561308557806001600160401b038061307a60a061307360806130829701611494565b9401611494565b169116614b0d565b90565b50600290565b505050600190565b90506080810180911161236f576130a990613e48565b155f61303e565b905063ffffffff6001600160401b036130cb60808701611494565b161190613037565b6130de9192506110c2565b6001600160a01b036130ef866110c2565b6001600160a01b03909216911614905f61302f565b939290831580156131e1575b6131d55783355f52600d850160205260405f20926020850180861161236f573595600185015463ffffffff8160a01c168810908115916131b9575b506131ab57600701916001600160801b03191690815f5282602052613174878660405f20613e5d565b0361319e575f5260205260405f20916080840180941161236f5763ffffffff6107f1951692613e9f565b5050505050506029905f90565b505050505050506029905f90565b60801b6001600160801b0319908116908516141590505f61314b565b50505050506015905f90565b50833515613110565b90919493926131f99086614b49565b60ff8116612f8b5750600785169260038414613275576132199086614b6f565b9460ff861661326f576008161515918261324a575b50506132435760021461323d57565b601a9150565b50601e9150565b600b92505f520160205264ffffffffff600160405f20015460401c1642105f8061322e565b50505050565b50601b9450505050565b6001600160a01b0383165f90815260048201602052604090205460e01c62ffffff169290919083151590816132f9575b506132cf575b5050610384810290808204610384149015171561236f5790565b6132f29291600c916001600160801b0319165f520160205260405f205490612955565b5f806132b5565b600160ec1b16151590505f6132af565b62ffffff9060241c1690610384820291808304610384149015171561236f5761333191612362565b42101590565b929092602082019182811161236f57604080516001600160801b0319909316835263ffffffff9586166020840152820193909352913560608301523590911660808201527f870467d0fc35273f4e615545f46f5a4e5ff1f6da540b4847ad0546de07e03ea9908060a0810161288f565b600b0190805f528160205260405f20546133bf575050565b5f526020525f6001604082208281550155565b6080810190601f198251013590601e82119081156134ae575b506129b0575f905f925f925b8284106134075750505050151590565b8194929394518560071b01906040820135916060810135640fffffffff841190811561349d575b8115613482575b50613477576020810135903560601c1790811061346d576001810180911161236f576001916134649194612362565b940192916133f7565b5050505050505f90565b505050505050505f90565b8415915081613493575b505f613435565b905015155f61348c565b661fffffffffffff8111915061342e565b661fffffffffffff915060c06001600160401b0391015116115f6133eb565b909293916134ea90604085019560018060a01b0387511691613bc7565b1561357e576135056001600160401b03608085015116613c1d565b9260ff841661357757602081810180516001600160a01b03165f9081526004850190925260409091205490959060a01c63ffffffff161561356c5763ffffffff6060612b1b95969760018060a01b039051169260018060a01b03905116930151169261421b565b505050915050600690565b5050915090565b50915050600290565b92915f935f9260808301601f19815101356135a0612a11565b905f94600a810191600b8201955b8188106135d857505050505050505060c06001600160401b0391015116106135d257565b60219150565b9091929394809697999b50518960071b01613600868a6001600160801b031984351687614c34565b60ff8116610ff257506020810135813560601c1790815f528560205260405f2054156136be5761363284828588613739565b156136ad576060604082013591013591805f528960205264ffffffffff600160405f20015460181c16821161369b576136789183915f52876020528860405f20546143b2565b9b60ff8d1661146a5760019161368d91612362565b9901969594939291906135ae565b5060199c505050505050505050505050565b5060249b5050505050505050505050565b5060159b5050505050505050505050565b8115801561372f575b6129b05760015b8281106136ee57505050600190565b5f19810181811161236f5760061b82016020810135903560601c178160061b83016020810135903560601c171115613728576001016136df565b5050505f90565b50601e82116136d8565b90916020810135813560601c175f52600b820160205260405f20938454948515159586613807575b50856137ef575b856137d2575b856137be575b505083613782575b50505090565b356001600160801b0319165f908152600791909101602090815260408220549201516001600160a01b039081169216919091149150808061377c565b6001015460101c60ff161493505f80613774565b945061ffff60018601541663ffffffff606086015116149461376e565b600181015460401c64ffffffffff1642109550613768565b85511495505f613761565b6001600160401b037f15e0442edc76c6f19d79935b0cd2fa2aae3773d5cffbaa4110336b3cb2a70b7e9360809363ffffffff6020604051956001600160801b0319813516875201351660208501526040840152166060820152a1565b91949361387b9086613fd3565b15612f9b5760408101906001600160a01b03613896836110c2565b161590602085019485518235148015906139ea575b6139de578051956138c96040830151976020850198612e1e8a6110c2565b156139d1579060606138e9925191015160018060a01b038a511691613bc7565b156139c6576001600160401b0361245b60606139059301611494565b9560ff87166139bf5760406001600160401b0391015116603c42019081421161236f57116139b5576139ad5761393a816110c2565b6001600160a01b03165f90815260048301602052604090205460a01c63ffffffff16156139a4579061396d6005926110c2565b60018060a01b03165f520160205261398860405f20916110c2565b60018060a01b03165f52602052600160405f20541615612b2257565b50600693505050565b505f93505050565b5060059450505050565b5050505050565b506002955050505050565b5060029750505050505050565b50602296505050505050565b508280156138ab57506139ff602083016110c2565b88516001600160a01b03918216911614156138ab565b90601f19820135613a265750505f90565b60051b8101350190565b949391949290926001600160801b031982351693845f526007820160205260018060a01b0360405f2054168015918215613b3e575b5050613b31576020820135823560601c175f52600a810160205260405f2054938415613afd575b50508451613aa692506001600160a01b0316905082614b49565b9260ff841615613ade575b60ff841615613abe575090565b6040680ffffffffffffffff091015160041b1690640ffffffff019161790565b9250613af76001600160401b0360408501511682614b6f565b92613ab1565b8651613b1895506001600160a01b0316926020013591613104565b9060ff8116613b2957808080613a8c565b92505f919050565b505050509050600b905f90565b6001600160a01b031680151592509082613b5c575b50505f80613a65565b141590505f80613b53565b9092919282158015613ba6575b61326f57613b9c83613ba4956020946001600160801b03198535169586950135948591613104565b929050613337565b565b506020810135813560601c175f52600a820160205260405f20541515613b74565b90602081019182821161236f57613bf392359060ff601b600180831b038416943593821c011690615261565b50506001600160a01b039091168015159182613c0e57505090565b6001600160a01b031614919050565b804211613c40576201518042019081421161236f5711613c3b575f90565b600490565b50600390565b92919092613c5484826141da565b9360ff8516613d06576001600160a01b0381165f9081526004830160205260409020805460f881901c80613cec575b15613cdc5750600101546001600160a01b03165b6001600160a01b038481169116146139ad579060059160018060a01b03165f520160205260405f209060018060a01b03165f52602052600260405f20541615612b2257565b6001600160a01b03169050613c97565b506001600160401b03600183015460a01c16421015613c83565b505050565b915f9160408101906001600160801b0319613d25836110ad565b165f526007850160205260405f209081549260028301549160018060a01b03613d50602083016110c2565b166001600160a01b03861603613e3a5760018360f81c03613e2c5763ffffffff8360601c16908163ffffffff613d88608084016110d6565b1603613e1d579063ffffffff613da360a0613daa94016110d6565b1690612362565b63ffffffff8360201c1663ffffffff84160363ffffffff811161236f5763ffffffff1610613e1057613dee84613e00969798613de8613dfa946110ad565b9061327f565b936001840154936146df565b91614a23565b91909115613e0a57565b60189250565b50600e95505f9450505050565b50600a97505f96505050505050565b50600c96505f955050505050565b50600b96505f955050505050565b601f19810190811161236f5760209035111590565b600263ffffffff91939293015460401c165f19019063ffffffff821161236f57613e9863ffffffff9182600161308296015460801c16612362565b9116612955565b9091929493945f9583549160205f6040518281019082825263ffffffff60e01b8560e01b1660218201526001600160601b03198a60601b16602582015260198152613eeb603982610648565b604051918291518091835e8101838152039060025afa15613f8b57613f259260015f519601549563ffffffff808860a01c16931691614cd8565b15613f7f5764ffffffffff600162ffffff92015460381c169160c01c1690610384820291808304610384149015171561236f57613082926103846001930460241b91603c1b906001600160601b03199060601b1617171790565b50505090506029905f90565b6040513d5f823e3d90fd5b60a081015115801590613fc1575b613fab5750565b60400151631cb0557760e11b5f5260045260245ffd5b50606081015160808201511415613fa4565b60208101519291601f1984013591821590811561408f575b8115614073575b5061406c575f93845b83861061400f575050613082929350614daa565b6060860282019060406020830135833560601c1792013590811591821561405d575b508115614053575b5061404a5760019586019501613ffb565b505f9450505050565b905081105f614039565b640fffffffff1091505f614031565b505f925050565b63ffffffff915060406001600160401b0391015116115f613ff2565b601e84119150613feb565b6080820151601f19808201359390830135841480159190614125575b50613728575f5b8381106140cd5750505050600190565b8060061b82018035908115918215614112575b5081156140fd575b506140f5576001016140bd565b505050505f90565b661fffffffffffff915060200135115f6140e8565b606084028601604001351091505f6140e0565b661fffffffffffff915060c06001600160401b0391015116115f6140b6565b906040820161416b6001600160401b038251166001600160401b0360608601511690614b0d565b9260ff8416158015906141c5575b6141c157608001516001600160401b031690428211156141b9576001600160401b039051169062093a80820180921161236f57116141b357565b60259150565b506003925050565b5050565b506001600160401b0360808201511615614179565b60049160018060a01b03165f520160205260405f205463ffffffff8160a01c16156142155760c01c63ffffffff16614210575f90565b600790565b50600690565b60059160018060a01b03165f520160205260405f209060018060a01b03165f5260205260405f2054600181161515918261425457505090565b63ffffffff91925081169160201c161490565b939291905f946001600160801b031982165f526007810160205260405f2080549360018201549160018060a01b0360208301511660018060a01b0387160361181557600160eb1b86161515908161432b575b5061431f5760a001516001600160e81b0319908116604886901b9091160361431457606081811c64ffffffffff16865266ffffffffffffff9091166020860152600160e81b8416151590850152604092612f6392909161327f565b506020955050505050565b50601f96505050505050565b6001915060ff90600660608501519162ffffff8360081c165f5201602052161b60405f205416155f6142b9565b909382614380939496956001600160401b03604060018060a01b0385511694015116936131ea565b9260ff84166141c157805142106143aa576040015161439e91613309565b6143a457565b60189150565b506017925050565b93929190640fffffffff5f95603c1c1682116143f85760608101511515806143ee575b6143e5576020015102106135d257565b50602193505050565b50818314156143d5565b50601993505050565b61440e91603c1b90612955565b6bfffffffff000000000000000811661308257600f191660021790565b6001600160801b031961444060c083016110ad565b161590816144a7575b81614488575b8161447a575b8161445e575090565b6001600160401b0391506101406144759101611494565b161590565b610120810135159150614455565b90506001600160a01b0361449f61010083016110c2565b16159061444f565b90506001600160a01b036144bd60e083016110c2565b161590614449565b9190918251801561453e576144e5916001600160a01b03909116906141da565b9160ff831661453b5760408101519060018260f81c03614533576020015160881c64ffffffffff16421061452c5760c01c64ffffffffff1642101561452657565b600f9150565b50600f9150565b50600c925050565b50565b50600b925050565b92919060ff9060d81c169283156146ba5761456360c083016110ad565b6001600160801b0319614578602085016110ad565b16906001600160801b031916149384614687575b84614678575b84614656575b846145c6575b5050826145aa57505090565b6130829250612e1e6101006060602085015194015192016110c2565b929350906145d383610669565b926145e16040519485610648565b8084526145f0601f1991610669565b0136602085013760045f9201915b8351811015614633575f81815260208490526040902054600191906001600160a01b031661462c828761071b565b52016145fe565b50929161464e915061464861010085016110c2565b90614f5f565b915f8061459e565b93506146656101408301611494565b6001600160401b03429116101593614598565b61012083013515159450614592565b935061469560e083016110c2565b6001600160a01b036146a6846110c2565b6001600160a01b039092169116149361458c565b509050613082915061442b565b604051906146d4826105f7565b5f6020838281520152565b919060ff9060e01c16916146f283610669565b926147006040519485610648565b80845261470f601f1991610669565b015f5b818110614756575050825f5b8451811015614750578061473460019285614f96565b61473e828861071b565b52614749818761071b565b500161471e565b50925050565b602090604051614765816105f7565b5f81525f8382015282828801015201614712565b61478b826001600160401b039261502a565b60070b911660070b01677fffffffffffffff198112677fffffffffffffff82131761236f576001600160401b036201518091160490565b5f9493602083019290916001600160801b03196147de856110ad565b165f526008810160205260405f206147f5836110c2565b60018060a01b03165f5260205260405f2093604051946148148661062d565b549463ffffffff808716968783526001600160401b038160201c16602084015260601c166040820152809563ffffffff614850604087016110d6565b16036149635761486087826150b9565b60608501526101208301356148e1575b5050506040919250015163ffffffff8160801c1680151590816148d0575b506148c85760a01c63ffffffff1680151591826148b4575b50506148ae57565b60129150565b6040015163ffffffff161190505f806148a6565b506011925050565b905063ffffffff835116115f61488e565b60409450906009916148fb6001600160801b0319916110ad565b165f520160205261491160c0845f209201612fd0565b5f52602052815f2063ffffffff83519161492a8361062d565b5481811683526001600160401b038160201c16602084015260601c16838201526149558194826150b9565b608082015282915f80614870565b5060109750505050505050565b60408301516101a083019360a0019060201c63ffffffff165f5b6149948686612da1565b905081101561346d576149a78686612da1565b82101561052f576149c163ffffffff918360051b016110d6565b1680845282811090816149e7575b506149dc5760010161498a565b505050505050600190565b9050640100000000600160a01b0363ffffffff614a06602089016110ad565b92169160601c16175f52600a840160205260405f2054155f6149cf565b62ffffff90949392919460b01c16610384810290808204610384149015171561236f57614a538361ffff92612362565b9460e81c1680614a7f575b505080831115614a7857614a729083612955565b91421090565b505f614a72565b6001600160401b03614a9381421684614779565b1601906001600160401b03821161236f576001600160401b0391614ab691615110565b16838110614ac5575b80614a5e565b92505f614abf565b6060818101805160a08401805182850190935285820395909601359490941817602080850135901c17604084013590911817909252919061453b90614e5b565b5f92914281106141b95761025882019081831161236f5711614b4257603c42019081421161236f5711614b3c57565b60059150565b5060049150565b60601c906001600160a01b03168114614b6a57614b6557601b90565b601690565b505f90565b60041c63ffffffff16908181116129b05703614b8a57601c90565b601d90565b9060405191829160051b928381017f0753f96bd229abaa848129e85f92783a90f06568134d97dce456a1a1cb308771815260208101925b818310614bd557505050502090565b60608181602093873760808420855201920191614bc6565b9192909260e06040517f8b72cba49e1ba8978b31894dc8fe23686eb1f747bdf05775d03a09e90ae16627815260c06020820195838301604052863760408101958652209352565b6001600160801b03199091165f8181526007909201602081815260408420549085015192969395939490926001600160a01b0390811690841603614ccc5760a001516001600160e81b0319908116604884901b90911603614cc157613ba49394955f52602052600160405f2001549066ffffffffffffff606092166020840152600160e81b161515910152565b505050915050602090565b50505050915050600b90565b9293909380831015614da1575f19019190601f1981013560051b8101905b818110614d1257505050159182614d0c57505090565b14919050565b90919294851561346d57813590600185161580614d97575b15614d4e57602091614d3b916152e3565b955b60011c9360011c9101919091614cf6565b614d5f9197949592979693966152e3565b915b600185161580614d8e575b15614d7e5760011c9360011c93614d61565b6020909691949396959295614d3d565b50841515614d6c565b5086851415614d2a565b50505050505f90565b601f19810181811161236f573591821561308b5782036129b0575f5b828110614dd557505050600190565b614ddf8183613a15565b6080810180911161236f57614df390613e48565b1561372857600101614dc6565b90606082018051925f908435946080820151808211918215614e48575b5050614e3a5750506020601f19601f8560061b0116825101019052565b600160a09190910152925050565b915092505f920360061c85115f80614e1d565b90606082018051925f908435946080820151808211918215614e95575b5050614e3a5750506020601f19601f8560051b0116825101019052565b915092505f920360051c85115f80614e78565b90606082018051925f908435946080820151808211918215614ee2575b5050614e3a5750506020601f19601f8560071b0116825101019052565b915092505f920360071c85115f80614ec5565b90606082018051925f908435946080820151808211918215614f2f575b5050614e3a575050805160608402601f01601f1916016020019052565b5f94506060910304861190508280614f12565b6042916040519161190160f01b8352600283015260228201522090565b906001600160a01b03165f5b825181101561372857816001600160a01b03614f87838661071b565b51161461308b57600101614f6b565b90604051614fa3816105f7565b5f81525f6020820152508015614ff6575f1981019080821161236f576008905f199008908160051b918083046020149015171561236f576130829260059160031c5f520160205260405f2054901c615330565b50600161308291015460e01c615330565b5f19811461236f5760010190565b603c9060070b02908160070b91820361236f57565b8051156129b0575f5b6001810180821161236f57825181109081615079575b501561505d5761505890615007565b615033565b613082925061506e9060209261071b565b51015160010b615015565b6001600160401b03915061508d908461071b565b5151166001600160401b03841610155f615049565b63ffffffff1663ffffffff811461236f5760010190565b604091602082016001600160401b03808251169216918211615103575b505063ffffffff6150e9818351166150a2565b1681520163ffffffff6150fe818351166150a2565b169052565b5f84840152525f806150d6565b91909160016001600160401b035f9416016001600160401b03811161236f576001600160401b0362015180911660070b028060070b9181830361236f57805191821561525157505f19820191821161236f575f5b828111156151725750505050565b615181602061506e838561071b565b60070b8403677fffffffffffffff198112677fffffffffffffff82131761236f57811515818161522c575b5061520e575b83821480156151e0575b6151cf57506151ca90615007565b615164565b6001600160401b0316955050505050565b506001820180831161236f576151fe6001600160401b03918561071b565b51511660070b8160070b126151bc565b506001600160401b03615221828461071b565b51511660070b6151b2565b90506001600160401b03615240848661071b565b51511660070b9060070b125f6151ac565b6001600160401b03169450505050565b91907f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a084116152d8579160209360809260ff5f9560405194855216868401526040830152606082015282805260015afa15613f8b575f516001600160a01b038116156152ce57905f905f90565b505f906001905f90565b5050505f9160039190565b5f906020926040519084820192600160f81b84526021830152604182015260418152615310606182610648565b604051918291518091835e8101838152039060025afa15613f8b575f5190565b6153386146c7565b5062ffffff8160081c1690610384820291808304610384149015171561236f5760ff600f91165f0b028060010b90810361236f576001600160401b0360405192615381846105f7565b16825260208201529056fea5b47017fafaa033dc4d11b2e0a5e7b9068ed9dc97b51d69b439dc1de8810d8ba164736f6c6343000825000a",
}

// Tally is an auto generated Go binding around an Ethereum contract.
type Tally struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *Tally) GetABI() abi.ABI {
	return c.abi
}

// NewTally creates a new instance of Tally.
func NewTally() *Tally {
	parsed, err := TallyMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &Tally{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *Tally) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackAdministration is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3847cb59.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function administration() view returns(address place)
func (tally *Tally) PackAdministration() []byte {
	enc, err := tally.abi.Pack("administration")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAdministration is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3847cb59.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function administration() view returns(address place)
func (tally *Tally) TryPackAdministration() ([]byte, error) {
	return tally.abi.Pack("administration")
}

// UnpackAdministration is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x3847cb59.
//
// Solidity: function administration() view returns(address place)
func (tally *Tally) UnpackAdministration(data []byte) (common.Address, error) {
	out, err := tally.abi.Unpack("administration", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackCampaignOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7310e612.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function campaignOf(bytes16 campaign) view returns((uint32,uint8,address,bytes32,bytes3,uint64,uint64,bool,uint32,uint32,uint32,uint32,uint32,uint32,address[],uint64,uint64,uint64,uint64,uint32,(uint64,int16)[],bool,bool,uint8,uint32,uint32[]) record)
func (tally *Tally) PackCampaignOf(campaign [16]byte) []byte {
	enc, err := tally.abi.Pack("campaignOf", campaign)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCampaignOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7310e612.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function campaignOf(bytes16 campaign) view returns((uint32,uint8,address,bytes32,bytes3,uint64,uint64,bool,uint32,uint32,uint32,uint32,uint32,uint32,address[],uint64,uint64,uint64,uint64,uint32,(uint64,int16)[],bool,bool,uint8,uint32,uint32[]) record)
func (tally *Tally) TryPackCampaignOf(campaign [16]byte) ([]byte, error) {
	return tally.abi.Pack("campaignOf", campaign)
}

// UnpackCampaignOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x7310e612.
//
// Solidity: function campaignOf(bytes16 campaign) view returns((uint32,uint8,address,bytes32,bytes3,uint64,uint64,bool,uint32,uint32,uint32,uint32,uint32,uint32,address[],uint64,uint64,uint64,uint64,uint32,(uint64,int16)[],bool,bool,uint8,uint32,uint32[]) record)
func (tally *Tally) UnpackCampaignOf(data []byte) (Campaign, error) {
	out, err := tally.abi.Unpack("campaignOf", data)
	if err != nil {
		return *new(Campaign), err
	}
	out0 := *abi.ConvertType(out[0], new(Campaign)).(*Campaign)
	return out0, nil
}

// PackExtendedOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x101d3183.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function extendedOf(bytes16 campaign, uint32 serial) view returns(bool extended, uint64 expiry)
func (tally *Tally) PackExtendedOf(campaign [16]byte, serial uint32) []byte {
	enc, err := tally.abi.Pack("extendedOf", campaign, serial)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackExtendedOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x101d3183.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function extendedOf(bytes16 campaign, uint32 serial) view returns(bool extended, uint64 expiry)
func (tally *Tally) TryPackExtendedOf(campaign [16]byte, serial uint32) ([]byte, error) {
	return tally.abi.Pack("extendedOf", campaign, serial)
}

// ExtendedOfOutput serves as a container for the return parameters of contract
// method ExtendedOf.
type ExtendedOfOutput struct {
	Extended bool
	Expiry   uint64
}

// UnpackExtendedOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x101d3183.
//
// Solidity: function extendedOf(bytes16 campaign, uint32 serial) view returns(bool extended, uint64 expiry)
func (tally *Tally) UnpackExtendedOf(data []byte) (ExtendedOfOutput, error) {
	out, err := tally.abi.Unpack("extendedOf", data)
	outstruct := new(ExtendedOfOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Extended = *abi.ConvertType(out[0], new(bool)).(*bool)
	outstruct.Expiry = *abi.ConvertType(out[1], new(uint64)).(*uint64)
	return *outstruct, nil
}

// PackFound is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x9f8df6f6.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function found(bytes32 genesis, address[] members, uint32 threshold, address administration) returns()
func (tally *Tally) PackFound(genesis [32]byte, members []common.Address, threshold uint32, administration common.Address) []byte {
	enc, err := tally.abi.Pack("found", genesis, members, threshold, administration)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackFound is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x9f8df6f6.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function found(bytes32 genesis, address[] members, uint32 threshold, address administration) returns()
func (tally *Tally) TryPackFound(genesis [32]byte, members []common.Address, threshold uint32, administration common.Address) ([]byte, error) {
	return tally.abi.Pack("found", genesis, members, threshold, administration)
}

// PackHoldOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7f8b84ec.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function holdOf(bytes16 campaign, uint32 serial) view returns((bytes32,address,uint32,uint64,uint64,uint32) record)
func (tally *Tally) PackHoldOf(campaign [16]byte, serial uint32) []byte {
	enc, err := tally.abi.Pack("holdOf", campaign, serial)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackHoldOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7f8b84ec.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function holdOf(bytes16 campaign, uint32 serial) view returns((bytes32,address,uint32,uint64,uint64,uint32) record)
func (tally *Tally) TryPackHoldOf(campaign [16]byte, serial uint32) ([]byte, error) {
	return tally.abi.Pack("holdOf", campaign, serial)
}

// UnpackHoldOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x7f8b84ec.
//
// Solidity: function holdOf(bytes16 campaign, uint32 serial) view returns((bytes32,address,uint32,uint64,uint64,uint32) record)
func (tally *Tally) UnpackHoldOf(data []byte) (Hold, error) {
	out, err := tally.abi.Unpack("holdOf", data)
	if err != nil {
		return *new(Hold), err
	}
	out0 := *abi.ConvertType(out[0], new(Hold)).(*Hold)
	return out0, nil
}

// PackHolderOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5229bbe1.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function holderOf(bytes16 campaign, address wallet) view returns(uint32 claims, uint64 day, uint32 today)
func (tally *Tally) PackHolderOf(campaign [16]byte, wallet common.Address) []byte {
	enc, err := tally.abi.Pack("holderOf", campaign, wallet)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackHolderOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5229bbe1.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function holderOf(bytes16 campaign, address wallet) view returns(uint32 claims, uint64 day, uint32 today)
func (tally *Tally) TryPackHolderOf(campaign [16]byte, wallet common.Address) ([]byte, error) {
	return tally.abi.Pack("holderOf", campaign, wallet)
}

// HolderOfOutput serves as a container for the return parameters of contract
// method HolderOf.
type HolderOfOutput struct {
	Claims uint32
	Day    uint64
	Today  uint32
}

// UnpackHolderOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x5229bbe1.
//
// Solidity: function holderOf(bytes16 campaign, address wallet) view returns(uint32 claims, uint64 day, uint32 today)
func (tally *Tally) UnpackHolderOf(data []byte) (HolderOfOutput, error) {
	out, err := tally.abi.Unpack("holderOf", data)
	outstruct := new(HolderOfOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Claims = *abi.ConvertType(out[0], new(uint32)).(*uint32)
	outstruct.Day = *abi.ConvertType(out[1], new(uint64)).(*uint64)
	outstruct.Today = *abi.ConvertType(out[2], new(uint32)).(*uint32)
	return *outstruct, nil
}

// PackIssuanceOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3a5d698a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function issuanceOf(bytes32 issue) view returns((bytes16,bytes32,uint32,uint32,uint64) record)
func (tally *Tally) PackIssuanceOf(issue [32]byte) []byte {
	enc, err := tally.abi.Pack("issuanceOf", issue)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackIssuanceOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3a5d698a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function issuanceOf(bytes32 issue) view returns((bytes16,bytes32,uint32,uint32,uint64) record)
func (tally *Tally) TryPackIssuanceOf(issue [32]byte) ([]byte, error) {
	return tally.abi.Pack("issuanceOf", issue)
}

// UnpackIssuanceOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x3a5d698a.
//
// Solidity: function issuanceOf(bytes32 issue) view returns((bytes16,bytes32,uint32,uint32,uint64) record)
func (tally *Tally) UnpackIssuanceOf(data []byte) (Issuance, error) {
	out, err := tally.abi.Unpack("issuanceOf", data)
	if err != nil {
		return *new(Issuance), err
	}
	out0 := *abi.ConvertType(out[0], new(Issuance)).(*Issuance)
	return out0, nil
}

// PackKeyOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc78ad3d9.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function keyOf(address merchant, address key) view returns(uint32 scopes, uint32 store)
func (tally *Tally) PackKeyOf(merchant common.Address, key common.Address) []byte {
	enc, err := tally.abi.Pack("keyOf", merchant, key)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackKeyOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc78ad3d9.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function keyOf(address merchant, address key) view returns(uint32 scopes, uint32 store)
func (tally *Tally) TryPackKeyOf(merchant common.Address, key common.Address) ([]byte, error) {
	return tally.abi.Pack("keyOf", merchant, key)
}

// KeyOfOutput serves as a container for the return parameters of contract
// method KeyOf.
type KeyOfOutput struct {
	Scopes uint32
	Store  uint32
}

// UnpackKeyOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xc78ad3d9.
//
// Solidity: function keyOf(address merchant, address key) view returns(uint32 scopes, uint32 store)
func (tally *Tally) UnpackKeyOf(data []byte) (KeyOfOutput, error) {
	out, err := tally.abi.Unpack("keyOf", data)
	outstruct := new(KeyOfOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Scopes = *abi.ConvertType(out[0], new(uint32)).(*uint32)
	outstruct.Store = *abi.ConvertType(out[1], new(uint32)).(*uint32)
	return *outstruct, nil
}

// PackLedgerId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x646d0f30.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function ledgerId() view returns(bytes32 id)
func (tally *Tally) PackLedgerId() []byte {
	enc, err := tally.abi.Pack("ledgerId")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackLedgerId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x646d0f30.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function ledgerId() view returns(bytes32 id)
func (tally *Tally) TryPackLedgerId() ([]byte, error) {
	return tally.abi.Pack("ledgerId")
}

// UnpackLedgerId is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x646d0f30.
//
// Solidity: function ledgerId() view returns(bytes32 id)
func (tally *Tally) UnpackLedgerId(data []byte) ([32]byte, error) {
	out, err := tally.abi.Unpack("ledgerId", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackLostOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5af1e3cf.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function lostOf(bytes16 campaign) view returns(uint64 lost)
func (tally *Tally) PackLostOf(campaign [16]byte) []byte {
	enc, err := tally.abi.Pack("lostOf", campaign)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackLostOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5af1e3cf.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function lostOf(bytes16 campaign) view returns(uint64 lost)
func (tally *Tally) TryPackLostOf(campaign [16]byte) ([]byte, error) {
	return tally.abi.Pack("lostOf", campaign)
}

// UnpackLostOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x5af1e3cf.
//
// Solidity: function lostOf(bytes16 campaign) view returns(uint64 lost)
func (tally *Tally) UnpackLostOf(data []byte) (uint64, error) {
	out, err := tally.abi.Unpack("lostOf", data)
	if err != nil {
		return *new(uint64), err
	}
	out0 := *abi.ConvertType(out[0], new(uint64)).(*uint64)
	return out0, nil
}

// PackMerchantOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6633f4e8.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function merchantOf(address merchant) view returns((uint32,address,address,uint64,uint64,uint64) record)
func (tally *Tally) PackMerchantOf(merchant common.Address) []byte {
	enc, err := tally.abi.Pack("merchantOf", merchant)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackMerchantOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6633f4e8.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function merchantOf(address merchant) view returns((uint32,address,address,uint64,uint64,uint64) record)
func (tally *Tally) TryPackMerchantOf(merchant common.Address) ([]byte, error) {
	return tally.abi.Pack("merchantOf", merchant)
}

// UnpackMerchantOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x6633f4e8.
//
// Solidity: function merchantOf(address merchant) view returns((uint32,address,address,uint64,uint64,uint64) record)
func (tally *Tally) UnpackMerchantOf(data []byte) (Merchant, error) {
	out, err := tally.abi.Unpack("merchantOf", data)
	if err != nil {
		return *new(Merchant), err
	}
	out0 := *abi.ConvertType(out[0], new(Merchant)).(*Merchant)
	return out0, nil
}

// PackOperators is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe673df8a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function operators() view returns(uint32 version, address[] members, uint32 threshold)
func (tally *Tally) PackOperators() []byte {
	enc, err := tally.abi.Pack("operators")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOperators is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe673df8a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function operators() view returns(uint32 version, address[] members, uint32 threshold)
func (tally *Tally) TryPackOperators() ([]byte, error) {
	return tally.abi.Pack("operators")
}

// OperatorsOutput serves as a container for the return parameters of contract
// method Operators.
type OperatorsOutput struct {
	Version   uint32
	Members   []common.Address
	Threshold uint32
}

// UnpackOperators is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xe673df8a.
//
// Solidity: function operators() view returns(uint32 version, address[] members, uint32 threshold)
func (tally *Tally) UnpackOperators(data []byte) (OperatorsOutput, error) {
	out, err := tally.abi.Unpack("operators", data)
	outstruct := new(OperatorsOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Version = *abi.ConvertType(out[0], new(uint32)).(*uint32)
	outstruct.Members = *abi.ConvertType(out[1], new([]common.Address)).(*[]common.Address)
	outstruct.Threshold = *abi.ConvertType(out[2], new(uint32)).(*uint32)
	return *outstruct, nil
}

// PackReturnedOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x94cb331a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function returnedOf(bytes32 redemption, bytes16 campaign, uint32 serial) view returns(uint64 units)
func (tally *Tally) PackReturnedOf(redemption [32]byte, campaign [16]byte, serial uint32) []byte {
	enc, err := tally.abi.Pack("returnedOf", redemption, campaign, serial)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackReturnedOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x94cb331a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function returnedOf(bytes32 redemption, bytes16 campaign, uint32 serial) view returns(uint64 units)
func (tally *Tally) TryPackReturnedOf(redemption [32]byte, campaign [16]byte, serial uint32) ([]byte, error) {
	return tally.abi.Pack("returnedOf", redemption, campaign, serial)
}

// UnpackReturnedOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x94cb331a.
//
// Solidity: function returnedOf(bytes32 redemption, bytes16 campaign, uint32 serial) view returns(uint64 units)
func (tally *Tally) UnpackReturnedOf(data []byte) (uint64, error) {
	out, err := tally.abi.Unpack("returnedOf", data)
	if err != nil {
		return *new(uint64), err
	}
	out0 := *abi.ConvertType(out[0], new(uint64)).(*uint64)
	return out0, nil
}

// PackSlotOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2e5a9f5d.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function slotOf(bytes16 campaign, uint32 serial) view returns(bytes32 slot)
func (tally *Tally) PackSlotOf(campaign [16]byte, serial uint32) []byte {
	enc, err := tally.abi.Pack("slotOf", campaign, serial)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSlotOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2e5a9f5d.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function slotOf(bytes16 campaign, uint32 serial) view returns(bytes32 slot)
func (tally *Tally) TryPackSlotOf(campaign [16]byte, serial uint32) ([]byte, error) {
	return tally.abi.Pack("slotOf", campaign, serial)
}

// UnpackSlotOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x2e5a9f5d.
//
// Solidity: function slotOf(bytes16 campaign, uint32 serial) view returns(bytes32 slot)
func (tally *Tally) UnpackSlotOf(data []byte) ([32]byte, error) {
	out, err := tally.abi.Unpack("slotOf", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackStoreExists is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x515c2dfb.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function storeExists(address merchant, uint32 store) view returns(bool exists)
func (tally *Tally) PackStoreExists(merchant common.Address, store uint32) []byte {
	enc, err := tally.abi.Pack("storeExists", merchant, store)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackStoreExists is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x515c2dfb.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function storeExists(address merchant, uint32 store) view returns(bool exists)
func (tally *Tally) TryPackStoreExists(merchant common.Address, store uint32) ([]byte, error) {
	return tally.abi.Pack("storeExists", merchant, store)
}

// UnpackStoreExists is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x515c2dfb.
//
// Solidity: function storeExists(address merchant, uint32 store) view returns(bool exists)
func (tally *Tally) UnpackStoreExists(data []byte) (bool, error) {
	out, err := tally.abi.Unpack("storeExists", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackSubmit is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd6e85d75.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function submit(bytes[] commands) returns()
func (tally *Tally) PackSubmit(commands [][]byte) []byte {
	enc, err := tally.abi.Pack("submit", commands)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSubmit is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd6e85d75.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function submit(bytes[] commands) returns()
func (tally *Tally) TryPackSubmit(commands [][]byte) ([]byte, error) {
	return tally.abi.Pack("submit", commands)
}

// TallyAccepted represents a Accepted event raised by the Tally contract.
type TallyAccepted struct {
	Id          [32]byte
	CommandHash [32]byte
	Raw         *types.Log // Blockchain specific contextual infos
}

const TallyAcceptedEventName = "Accepted"

// ContractEventName returns the user-defined event name.
func (TallyAccepted) ContractEventName() string {
	return TallyAcceptedEventName
}

// UnpackAcceptedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Accepted(bytes32 indexed id, bytes32 commandHash)
func (tally *Tally) UnpackAcceptedEvent(log *types.Log) (*TallyAccepted, error) {
	event := "Accepted"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyAccepted)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyCampaignChanged represents a CampaignChanged event raised by the Tally contract.
type TallyCampaignChanged struct {
	Campaign [16]byte
	Version  uint32
	Status   uint8
	Supply   uint32
	Open     uint32
	Offsets  []Offset
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyCampaignChangedEventName = "CampaignChanged"

// ContractEventName returns the user-defined event name.
func (TallyCampaignChanged) ContractEventName() string {
	return TallyCampaignChangedEventName
}

// UnpackCampaignChangedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event CampaignChanged(bytes16 campaign, uint32 version, uint8 status, uint32 supply, uint32 open, (uint64,int16)[] offsets)
func (tally *Tally) UnpackCampaignChangedEvent(log *types.Log) (*TallyCampaignChanged, error) {
	event := "CampaignChanged"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyCampaignChanged)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyCampaignCreated represents a CampaignCreated event raised by the Tally contract.
type TallyCampaignCreated struct {
	Campaign [16]byte
	Create   CreateCampaign
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyCampaignCreatedEventName = "CampaignCreated"

// ContractEventName returns the user-defined event name.
func (TallyCampaignCreated) ContractEventName() string {
	return TallyCampaignCreatedEventName
}

// UnpackCampaignCreatedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event CampaignCreated(bytes16 campaign, (address,address,string,bytes3,uint64,uint64,bool,uint32,uint32,uint32,uint32,uint32,address[],uint64,uint64,uint64,uint64,uint32,(uint64,int16)[],bool,bool,uint8,uint32,uint32[],uint64) create)
func (tally *Tally) UnpackCampaignCreatedEvent(log *types.Log) (*TallyCampaignCreated, error) {
	event := "CampaignCreated"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyCampaignCreated)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyCampaignIssued represents a CampaignIssued event raised by the Tally contract.
type TallyCampaignIssued struct {
	Campaign [16]byte
	Issue    [32]byte
	Author   common.Address
	Root     [32]byte
	First    uint32
	Count    uint32
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyCampaignIssuedEventName = "CampaignIssued"

// ContractEventName returns the user-defined event name.
func (TallyCampaignIssued) ContractEventName() string {
	return TallyCampaignIssuedEventName
}

// UnpackCampaignIssuedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event CampaignIssued(bytes16 campaign, bytes32 issue, address author, bytes32 root, uint32 first, uint32 count)
func (tally *Tally) UnpackCampaignIssuedEvent(log *types.Log) (*TallyCampaignIssued, error) {
	event := "CampaignIssued"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyCampaignIssued)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyFounded represents a Founded event raised by the Tally contract.
type TallyFounded struct {
	LedgerId [32]byte
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyFoundedEventName = "Founded"

// ContractEventName returns the user-defined event name.
func (TallyFounded) ContractEventName() string {
	return TallyFoundedEventName
}

// UnpackFoundedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Founded(bytes32 ledgerId)
func (tally *Tally) UnpackFoundedEvent(log *types.Log) (*TallyFounded, error) {
	event := "Founded"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyFounded)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyHoldCaptured represents a HoldCaptured event raised by the Tally contract.
type TallyHoldCaptured struct {
	Hold      [32]byte
	Merchant  common.Address
	Store     uint32
	Till      common.Address
	Currency  [3]byte
	Amount    uint64
	Details   [32]byte
	Reference [32]byte
	Raw       *types.Log // Blockchain specific contextual infos
}

const TallyHoldCapturedEventName = "HoldCaptured"

// ContractEventName returns the user-defined event name.
func (TallyHoldCaptured) ContractEventName() string {
	return TallyHoldCapturedEventName
}

// UnpackHoldCapturedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event HoldCaptured(bytes32 hold, address merchant, uint32 store, address till, bytes3 currency, uint64 amount, bytes32 details, bytes32 reference_)
func (tally *Tally) UnpackHoldCapturedEvent(log *types.Log) (*TallyHoldCaptured, error) {
	event := "HoldCaptured"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyHoldCaptured)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyHoldReleased represents a HoldReleased event raised by the Tally contract.
type TallyHoldReleased struct {
	Hold     [32]byte
	Merchant common.Address
	Store    uint32
	Till     common.Address
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyHoldReleasedEventName = "HoldReleased"

// ContractEventName returns the user-defined event name.
func (TallyHoldReleased) ContractEventName() string {
	return TallyHoldReleasedEventName
}

// UnpackHoldReleasedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event HoldReleased(bytes32 hold, address merchant, uint32 store, address till)
func (tally *Tally) UnpackHoldReleasedEvent(log *types.Log) (*TallyHoldReleased, error) {
	event := "HoldReleased"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyHoldReleased)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyKeyPut represents a KeyPut event raised by the Tally contract.
type TallyKeyPut struct {
	Merchant common.Address
	Version  uint32
	Key      common.Address
	Scopes   uint32
	Store    uint32
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyKeyPutEventName = "KeyPut"

// ContractEventName returns the user-defined event name.
func (TallyKeyPut) ContractEventName() string {
	return TallyKeyPutEventName
}

// UnpackKeyPutEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event KeyPut(address merchant, uint32 version, address key, uint32 scopes, uint32 store)
func (tally *Tally) UnpackKeyPutEvent(log *types.Log) (*TallyKeyPut, error) {
	event := "KeyPut"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyKeyPut)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyMerchantAdmitted represents a MerchantAdmitted event raised by the Tally contract.
type TallyMerchantAdmitted struct {
	Merchant common.Address
	Operator common.Address
	Name     string
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyMerchantAdmittedEventName = "MerchantAdmitted"

// ContractEventName returns the user-defined event name.
func (TallyMerchantAdmitted) ContractEventName() string {
	return TallyMerchantAdmittedEventName
}

// UnpackMerchantAdmittedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event MerchantAdmitted(address merchant, address operator, string name)
func (tally *Tally) UnpackMerchantAdmittedEvent(log *types.Log) (*TallyMerchantAdmitted, error) {
	event := "MerchantAdmitted"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyMerchantAdmitted)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyMerchantReinstated represents a MerchantReinstated event raised by the Tally contract.
type TallyMerchantReinstated struct {
	Merchant common.Address
	Version  uint32
	Operator common.Address
	Lost     uint64
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyMerchantReinstatedEventName = "MerchantReinstated"

// ContractEventName returns the user-defined event name.
func (TallyMerchantReinstated) ContractEventName() string {
	return TallyMerchantReinstatedEventName
}

// UnpackMerchantReinstatedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event MerchantReinstated(address merchant, uint32 version, address operator, uint64 lost)
func (tally *Tally) UnpackMerchantReinstatedEvent(log *types.Log) (*TallyMerchantReinstated, error) {
	event := "MerchantReinstated"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyMerchantReinstated)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyMerchantSuspended represents a MerchantSuspended event raised by the Tally contract.
type TallyMerchantSuspended struct {
	Merchant common.Address
	Version  uint32
	Operator common.Address
	Reason   string
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyMerchantSuspendedEventName = "MerchantSuspended"

// ContractEventName returns the user-defined event name.
func (TallyMerchantSuspended) ContractEventName() string {
	return TallyMerchantSuspendedEventName
}

// UnpackMerchantSuspendedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event MerchantSuspended(address merchant, uint32 version, address operator, string reason)
func (tally *Tally) UnpackMerchantSuspendedEvent(log *types.Log) (*TallyMerchantSuspended, error) {
	event := "MerchantSuspended"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyMerchantSuspended)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyOfferCancelled represents a OfferCancelled event raised by the Tally contract.
type TallyOfferCancelled struct {
	Offer  [32]byte
	Author common.Address
	Raw    *types.Log // Blockchain specific contextual infos
}

const TallyOfferCancelledEventName = "OfferCancelled"

// ContractEventName returns the user-defined event name.
func (TallyOfferCancelled) ContractEventName() string {
	return TallyOfferCancelledEventName
}

// UnpackOfferCancelledEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event OfferCancelled(bytes32 offer, address author)
func (tally *Tally) UnpackOfferCancelledEvent(log *types.Log) (*TallyOfferCancelled, error) {
	event := "OfferCancelled"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyOfferCancelled)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyOperatorsSet represents a OperatorsSet event raised by the Tally contract.
type TallyOperatorsSet struct {
	Version   uint32
	Operators []common.Address
	Threshold uint32
	Raw       *types.Log // Blockchain specific contextual infos
}

const TallyOperatorsSetEventName = "OperatorsSet"

// ContractEventName returns the user-defined event name.
func (TallyOperatorsSet) ContractEventName() string {
	return TallyOperatorsSetEventName
}

// UnpackOperatorsSetEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event OperatorsSet(uint32 version, address[] operators, uint32 threshold)
func (tally *Tally) UnpackOperatorsSetEvent(log *types.Log) (*TallyOperatorsSet, error) {
	event := "OperatorsSet"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyOperatorsSet)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyOrderHeld represents a OrderHeld event raised by the Tally contract.
type TallyOrderHeld struct {
	Owner      common.Address
	Merchant   common.Address
	Store      uint32
	Till       common.Address
	Acceptance [32]byte
	Currency   [3]byte
	Amount     uint64
	Details    [32]byte
	Reference  [32]byte
	Until      uint64
	Raw        *types.Log // Blockchain specific contextual infos
}

const TallyOrderHeldEventName = "OrderHeld"

// ContractEventName returns the user-defined event name.
func (TallyOrderHeld) ContractEventName() string {
	return TallyOrderHeldEventName
}

// UnpackOrderHeldEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event OrderHeld(address owner, address merchant, uint32 store, address till, bytes32 acceptance, bytes3 currency, uint64 amount, bytes32 details, bytes32 reference_, uint64 until)
func (tally *Tally) UnpackOrderHeldEvent(log *types.Log) (*TallyOrderHeld, error) {
	event := "OrderHeld"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyOrderHeld)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyRedeemed represents a Redeemed event raised by the Tally contract.
type TallyRedeemed struct {
	Owner      common.Address
	Merchant   common.Address
	Store      uint32
	Till       common.Address
	Acceptance [32]byte
	Currency   [3]byte
	Amount     uint64
	Details    [32]byte
	Reference  [32]byte
	Raw        *types.Log // Blockchain specific contextual infos
}

const TallyRedeemedEventName = "Redeemed"

// ContractEventName returns the user-defined event name.
func (TallyRedeemed) ContractEventName() string {
	return TallyRedeemedEventName
}

// UnpackRedeemedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Redeemed(address owner, address merchant, uint32 store, address till, bytes32 acceptance, bytes3 currency, uint64 amount, bytes32 details, bytes32 reference_)
func (tally *Tally) UnpackRedeemedEvent(log *types.Log) (*TallyRedeemed, error) {
	event := "Redeemed"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyRedeemed)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyRefused represents a Refused event raised by the Tally contract.
type TallyRefused struct {
	Id   [32]byte
	Kind uint8
	Raw  *types.Log // Blockchain specific contextual infos
}

const TallyRefusedEventName = "Refused"

// ContractEventName returns the user-defined event name.
func (TallyRefused) ContractEventName() string {
	return TallyRefusedEventName
}

// UnpackRefusedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Refused(bytes32 indexed id, uint8 kind)
func (tally *Tally) UnpackRefusedEvent(log *types.Log) (*TallyRefused, error) {
	event := "Refused"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyRefused)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyRolledBack represents a RolledBack event raised by the Tally contract.
type TallyRolledBack struct {
	Redemption [32]byte
	Author     common.Address
	Details    [32]byte
	Raw        *types.Log // Blockchain specific contextual infos
}

const TallyRolledBackEventName = "RolledBack"

// ContractEventName returns the user-defined event name.
func (TallyRolledBack) ContractEventName() string {
	return TallyRolledBackEventName
}

// UnpackRolledBackEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event RolledBack(bytes32 redemption, address author, bytes32 details)
func (tally *Tally) UnpackRolledBackEvent(log *types.Log) (*TallyRolledBack, error) {
	event := "RolledBack"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyRolledBack)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyRootSet represents a RootSet event raised by the Tally contract.
type TallyRootSet struct {
	Merchant  common.Address
	Version   uint32
	Root      common.Address
	Effective uint64
	Raw       *types.Log // Blockchain specific contextual infos
}

const TallyRootSetEventName = "RootSet"

// ContractEventName returns the user-defined event name.
func (TallyRootSet) ContractEventName() string {
	return TallyRootSetEventName
}

// UnpackRootSetEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event RootSet(address merchant, uint32 version, address root, uint64 effective)
func (tally *Tally) UnpackRootSetEvent(log *types.Log) (*TallyRootSet, error) {
	event := "RootSet"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyRootSet)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyStorePut represents a StorePut event raised by the Tally contract.
type TallyStorePut struct {
	Merchant common.Address
	Version  uint32
	Store    uint32
	Name     string
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyStorePutEventName = "StorePut"

// ContractEventName returns the user-defined event name.
func (TallyStorePut) ContractEventName() string {
	return TallyStorePutEventName
}

// UnpackStorePutEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event StorePut(address merchant, uint32 version, uint32 store, string name)
func (tally *Tally) UnpackStorePutEvent(log *types.Log) (*TallyStorePut, error) {
	event := "StorePut"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyStorePut)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyVoucherCancelled represents a VoucherCancelled event raised by the Tally contract.
type TallyVoucherCancelled struct {
	Campaign [16]byte
	Serial   uint32
	Voucher  [32]byte
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyVoucherCancelledEventName = "VoucherCancelled"

// ContractEventName returns the user-defined event name.
func (TallyVoucherCancelled) ContractEventName() string {
	return TallyVoucherCancelledEventName
}

// UnpackVoucherCancelledEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event VoucherCancelled(bytes16 campaign, uint32 serial, bytes32 voucher)
func (tally *Tally) UnpackVoucherCancelledEvent(log *types.Log) (*TallyVoucherCancelled, error) {
	event := "VoucherCancelled"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyVoucherCancelled)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyVoucherClaimed represents a VoucherClaimed event raised by the Tally contract.
type TallyVoucherClaimed struct {
	Campaign [16]byte
	Serial   uint32
	Voucher  [32]byte
	Ordinal  uint32
	Attestor common.Address
	Subject  [32]byte
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyVoucherClaimedEventName = "VoucherClaimed"

// ContractEventName returns the user-defined event name.
func (TallyVoucherClaimed) ContractEventName() string {
	return TallyVoucherClaimedEventName
}

// UnpackVoucherClaimedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event VoucherClaimed(bytes16 campaign, uint32 serial, bytes32 voucher, uint32 ordinal, address attestor, bytes32 subject)
func (tally *Tally) UnpackVoucherClaimedEvent(log *types.Log) (*TallyVoucherClaimed, error) {
	event := "VoucherClaimed"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyVoucherClaimed)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyVoucherDelivered represents a VoucherDelivered event raised by the Tally contract.
type TallyVoucherDelivered struct {
	Campaign [16]byte
	Serial   uint32
	Voucher  [32]byte
	Issue    [32]byte
	Index    uint32
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyVoucherDeliveredEventName = "VoucherDelivered"

// ContractEventName returns the user-defined event name.
func (TallyVoucherDelivered) ContractEventName() string {
	return TallyVoucherDeliveredEventName
}

// UnpackVoucherDeliveredEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event VoucherDelivered(bytes16 campaign, uint32 serial, bytes32 voucher, bytes32 issue, uint32 index)
func (tally *Tally) UnpackVoucherDeliveredEvent(log *types.Log) (*TallyVoucherDelivered, error) {
	event := "VoucherDelivered"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyVoucherDelivered)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyVoucherHeld represents a VoucherHeld event raised by the Tally contract.
type TallyVoucherHeld struct {
	Campaign [16]byte
	Serial   uint32
	Voucher  [32]byte
	Units    uint64
	Discount uint64
	Until    uint64
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyVoucherHeldEventName = "VoucherHeld"

// ContractEventName returns the user-defined event name.
func (TallyVoucherHeld) ContractEventName() string {
	return TallyVoucherHeldEventName
}

// UnpackVoucherHeldEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event VoucherHeld(bytes16 campaign, uint32 serial, bytes32 voucher, uint64 units, uint64 discount, uint64 until)
func (tally *Tally) UnpackVoucherHeldEvent(log *types.Log) (*TallyVoucherHeld, error) {
	event := "VoucherHeld"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyVoucherHeld)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyVoucherRedeemed represents a VoucherRedeemed event raised by the Tally contract.
type TallyVoucherRedeemed struct {
	Campaign [16]byte
	Serial   uint32
	Voucher  [32]byte
	Units    uint64
	Discount uint64
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyVoucherRedeemedEventName = "VoucherRedeemed"

// ContractEventName returns the user-defined event name.
func (TallyVoucherRedeemed) ContractEventName() string {
	return TallyVoucherRedeemedEventName
}

// UnpackVoucherRedeemedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event VoucherRedeemed(bytes16 campaign, uint32 serial, bytes32 voucher, uint64 units, uint64 discount)
func (tally *Tally) UnpackVoucherRedeemedEvent(log *types.Log) (*TallyVoucherRedeemed, error) {
	event := "VoucherRedeemed"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyVoucherRedeemed)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyVoucherReleased represents a VoucherReleased event raised by the Tally contract.
type TallyVoucherReleased struct {
	Campaign [16]byte
	Serial   uint32
	Voucher  [32]byte
	Units    uint64
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyVoucherReleasedEventName = "VoucherReleased"

// ContractEventName returns the user-defined event name.
func (TallyVoucherReleased) ContractEventName() string {
	return TallyVoucherReleasedEventName
}

// UnpackVoucherReleasedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event VoucherReleased(bytes16 campaign, uint32 serial, bytes32 voucher, uint64 units)
func (tally *Tally) UnpackVoucherReleasedEvent(log *types.Log) (*TallyVoucherReleased, error) {
	event := "VoucherReleased"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyVoucherReleased)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyVoucherReturned represents a VoucherReturned event raised by the Tally contract.
type TallyVoucherReturned struct {
	Campaign [16]byte
	Serial   uint32
	Voucher  [32]byte
	Units    uint64
	Forfeit  bool
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyVoucherReturnedEventName = "VoucherReturned"

// ContractEventName returns the user-defined event name.
func (TallyVoucherReturned) ContractEventName() string {
	return TallyVoucherReturnedEventName
}

// UnpackVoucherReturnedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event VoucherReturned(bytes16 campaign, uint32 serial, bytes32 voucher, uint64 units, bool forfeit)
func (tally *Tally) UnpackVoucherReturnedEvent(log *types.Log) (*TallyVoucherReturned, error) {
	event := "VoucherReturned"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyVoucherReturned)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyVoucherTransferred represents a VoucherTransferred event raised by the Tally contract.
type TallyVoucherTransferred struct {
	Campaign [16]byte
	Serial   uint32
	Voucher  [32]byte
	From     common.Address
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyVoucherTransferredEventName = "VoucherTransferred"

// ContractEventName returns the user-defined event name.
func (TallyVoucherTransferred) ContractEventName() string {
	return TallyVoucherTransferredEventName
}

// UnpackVoucherTransferredEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event VoucherTransferred(bytes16 campaign, uint32 serial, bytes32 voucher, address from)
func (tally *Tally) UnpackVoucherTransferredEvent(log *types.Log) (*TallyVoucherTransferred, error) {
	event := "VoucherTransferred"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyVoucherTransferred)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyVoucherVoided represents a VoucherVoided event raised by the Tally contract.
type TallyVoucherVoided struct {
	Campaign [16]byte
	Serial   uint32
	Voucher  [32]byte
	Author   common.Address
	Reason   string
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyVoucherVoidedEventName = "VoucherVoided"

// ContractEventName returns the user-defined event name.
func (TallyVoucherVoided) ContractEventName() string {
	return TallyVoucherVoidedEventName
}

// UnpackVoucherVoidedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event VoucherVoided(bytes16 campaign, uint32 serial, bytes32 voucher, address author, string reason)
func (tally *Tally) UnpackVoucherVoidedEvent(log *types.Log) (*TallyVoucherVoided, error) {
	event := "VoucherVoided"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyVoucherVoided)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (tally *Tally) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], tally.abi.Errors["AlreadyFounded"].ID.Bytes()[:4]) {
		return tally.UnpackAlreadyFoundedError(raw[4:])
	}
	if bytes.Equal(raw[:4], tally.abi.Errors["InvalidAdministration"].ID.Bytes()[:4]) {
		return tally.UnpackInvalidAdministrationError(raw[4:])
	}
	if bytes.Equal(raw[:4], tally.abi.Errors["InvalidOperators"].ID.Bytes()[:4]) {
		return tally.UnpackInvalidOperatorsError(raw[4:])
	}
	if bytes.Equal(raw[:4], tally.abi.Errors["MalformedCommand"].ID.Bytes()[:4]) {
		return tally.UnpackMalformedCommandError(raw[4:])
	}
	if bytes.Equal(raw[:4], tally.abi.Errors["NotFounded"].ID.Bytes()[:4]) {
		return tally.UnpackNotFoundedError(raw[4:])
	}
	if bytes.Equal(raw[:4], tally.abi.Errors["UseSubmit"].ID.Bytes()[:4]) {
		return tally.UnpackUseSubmitError(raw[4:])
	}
	if bytes.Equal(raw[:4], tally.abi.Errors["UseTransaction"].ID.Bytes()[:4]) {
		return tally.UnpackUseTransactionError(raw[4:])
	}
	if bytes.Equal(raw[:4], tally.abi.Errors["WrongGenesis"].ID.Bytes()[:4]) {
		return tally.UnpackWrongGenesisError(raw[4:])
	}
	return nil, errors.New("Unknown error")
}

// TallyAlreadyFounded represents a AlreadyFounded error raised by the Tally contract.
type TallyAlreadyFounded struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AlreadyFounded()
func TallyAlreadyFoundedErrorID() common.Hash {
	return common.HexToHash("0xb5e1eb800e83db02e394b86014bb80a5d86a3a54c536eb4d4f5c390fb2c277a4")
}

// UnpackAlreadyFoundedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AlreadyFounded()
func (tally *Tally) UnpackAlreadyFoundedError(raw []byte) (*TallyAlreadyFounded, error) {
	out := new(TallyAlreadyFounded)
	if err := tally.abi.UnpackIntoInterface(out, "AlreadyFounded", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// TallyInvalidAdministration represents a InvalidAdministration error raised by the Tally contract.
type TallyInvalidAdministration struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InvalidAdministration()
func TallyInvalidAdministrationErrorID() common.Hash {
	return common.HexToHash("0xed4a5e338ae95eb8001b83ed3df182d2c7e42171d4e9854ea5a2ce6141269ddf")
}

// UnpackInvalidAdministrationError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InvalidAdministration()
func (tally *Tally) UnpackInvalidAdministrationError(raw []byte) (*TallyInvalidAdministration, error) {
	out := new(TallyInvalidAdministration)
	if err := tally.abi.UnpackIntoInterface(out, "InvalidAdministration", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// TallyInvalidOperators represents a InvalidOperators error raised by the Tally contract.
type TallyInvalidOperators struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InvalidOperators()
func TallyInvalidOperatorsErrorID() common.Hash {
	return common.HexToHash("0x1092d33a20f9da213bc7d0c12f84a0634e62653e6b3e5a210a464d697a60a264")
}

// UnpackInvalidOperatorsError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InvalidOperators()
func (tally *Tally) UnpackInvalidOperatorsError(raw []byte) (*TallyInvalidOperators, error) {
	out := new(TallyInvalidOperators)
	if err := tally.abi.UnpackIntoInterface(out, "InvalidOperators", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// TallyMalformedCommand represents a MalformedCommand error raised by the Tally contract.
type TallyMalformedCommand struct {
	Index *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error MalformedCommand(uint256 index)
func TallyMalformedCommandErrorID() common.Hash {
	return common.HexToHash("0x3960aaee770b66eeb37f74abc6414b7b9278b6e7003500890fbb8260a77229dc")
}

// UnpackMalformedCommandError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error MalformedCommand(uint256 index)
func (tally *Tally) UnpackMalformedCommandError(raw []byte) (*TallyMalformedCommand, error) {
	out := new(TallyMalformedCommand)
	if err := tally.abi.UnpackIntoInterface(out, "MalformedCommand", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// TallyNotFounded represents a NotFounded error raised by the Tally contract.
type TallyNotFounded struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotFounded()
func TallyNotFoundedErrorID() common.Hash {
	return common.HexToHash("0x66f9bff9cc46bac130efcac5679a38c3c875d501af289e41246989cf51ba5bf6")
}

// UnpackNotFoundedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotFounded()
func (tally *Tally) UnpackNotFoundedError(raw []byte) (*TallyNotFounded, error) {
	out := new(TallyNotFounded)
	if err := tally.abi.UnpackIntoInterface(out, "NotFounded", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// TallyUseSubmit represents a UseSubmit error raised by the Tally contract.
type TallyUseSubmit struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UseSubmit()
func TallyUseSubmitErrorID() common.Hash {
	return common.HexToHash("0x6a7098af5d18aa843e2dafb9897ee25510a79303084dcbaeae9999efb53342fa")
}

// UnpackUseSubmitError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UseSubmit()
func (tally *Tally) UnpackUseSubmitError(raw []byte) (*TallyUseSubmit, error) {
	out := new(TallyUseSubmit)
	if err := tally.abi.UnpackIntoInterface(out, "UseSubmit", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// TallyUseTransaction represents a UseTransaction error raised by the Tally contract.
type TallyUseTransaction struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UseTransaction()
func TallyUseTransactionErrorID() common.Hash {
	return common.HexToHash("0xf2912ce0f04f6fc2c5c59ed22dcac4e948c184661d09caeadd99a6ac305bc3d2")
}

// UnpackUseTransactionError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UseTransaction()
func (tally *Tally) UnpackUseTransactionError(raw []byte) (*TallyUseTransaction, error) {
	out := new(TallyUseTransaction)
	if err := tally.abi.UnpackIntoInterface(out, "UseTransaction", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// TallyWrongGenesis represents a WrongGenesis error raised by the Tally contract.
type TallyWrongGenesis struct {
	Genesis [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error WrongGenesis(bytes32 genesis)
func TallyWrongGenesisErrorID() common.Hash {
	return common.HexToHash("0xbfe209f944a96e71e311855bdc14c42dd9af31132fc1e9c1bf6812123c1b1669")
}

// UnpackWrongGenesisError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error WrongGenesis(bytes32 genesis)
func (tally *Tally) UnpackWrongGenesisError(raw []byte) (*TallyWrongGenesis, error) {
	out := new(TallyWrongGenesis)
	if err := tally.abi.UnpackIntoInterface(out, "WrongGenesis", raw); err != nil {
		return nil, err
	}
	return out, nil
}
